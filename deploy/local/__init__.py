"""The local mode: everything on this machine, without Docker, and nothing installed on it."""
