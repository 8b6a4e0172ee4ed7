"""What documents is asked and what it answers: the only package of this room that others may import."""
