"""What one logs in with: user names, passwords, and the check of a person's password."""
