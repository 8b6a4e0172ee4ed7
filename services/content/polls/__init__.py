"""Polls: answers read, counted and shown."""
