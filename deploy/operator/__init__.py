"""The operators' commands, on this machine and as Compose's `tools`, and the import of a town."""
