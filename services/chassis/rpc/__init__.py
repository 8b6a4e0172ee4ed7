"""Calls between processes: client, server, and the entrypoints of a service."""
