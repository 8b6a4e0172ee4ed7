"""The pictures that the town gives: what a file may be, the widths in which each can be had, that of the front page."""
