"""Whether the pieces of a request are what was asked for, as agents mark it while they work."""
