"""Notices: a mail that is due, from the fact that caused it to its delivery or its final failure."""
