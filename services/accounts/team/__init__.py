"""Agents of the town hall: who they are, and what they may do."""
