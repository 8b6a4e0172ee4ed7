"""A forgotten password or user name."""
