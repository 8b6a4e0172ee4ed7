"""Letters that agents print, and calls that they make, for persons whom no mail reaches."""
