"""The image of our processes."""
