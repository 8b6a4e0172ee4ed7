"""The loop that sends the notices that are due."""
