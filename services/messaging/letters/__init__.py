"""Letters that agents print, and calls that they make, for those whom no mail reaches."""
