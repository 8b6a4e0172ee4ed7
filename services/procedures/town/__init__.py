"""What follows from the town's document: opening hours, the colours of its theme."""
