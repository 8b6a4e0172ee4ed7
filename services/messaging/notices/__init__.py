"""Notices: a mail that is owed, from the fact that caused it to its delivery or its final failure."""
