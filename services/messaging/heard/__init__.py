"""What messaging has heard of the town, its procedures and requests."""
