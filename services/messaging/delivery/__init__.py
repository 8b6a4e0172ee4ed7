"""The loop that sends what is owed."""
