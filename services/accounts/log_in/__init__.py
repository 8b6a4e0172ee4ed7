"""Log-in: name and password, the agents' code, the session."""
