"""What one logs in with: user names, passwords, and the check of the password that somebody has."""
