"""The town's files: the shape of each entry, and what holds between them."""
