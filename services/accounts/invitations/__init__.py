"""How an agent takes a password and a second factor: a mailed link."""
