"""The storage space of an account."""
