"""The end of a space: asked for, taken back, carried out."""
