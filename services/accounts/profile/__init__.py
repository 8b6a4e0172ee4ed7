"""The sections of a profile, what differs between two states of one, and the facts of its changes."""
