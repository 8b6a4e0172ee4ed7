"""What the town wants of accounts, as procedures published it."""
