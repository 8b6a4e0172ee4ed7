"""The calls that accounts answers, and what it answers: the only package of this room that others may import."""
