"""The import of the town's files, and the facts of it."""
