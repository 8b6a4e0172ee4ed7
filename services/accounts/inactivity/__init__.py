"""Spaces that are not used: their holders are warned, then they are closed."""
