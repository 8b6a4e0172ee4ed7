"""What is published, as visitors read and find it."""
