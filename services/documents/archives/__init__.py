"""The archive of one's data: asked for, made, opened, dropped."""
