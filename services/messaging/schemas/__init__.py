"""What messaging is asked and what it answers: the only package of this service that others may import."""
