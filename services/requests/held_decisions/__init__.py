"""Decisions that wait some seconds before they are carried out, so that who sent one can undo it."""
