"""The calls that accounts answers, and what it answers: the only package of this service that others may import."""
