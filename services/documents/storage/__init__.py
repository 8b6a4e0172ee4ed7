"""The storage space of a person, and copies between spaces and requests."""
