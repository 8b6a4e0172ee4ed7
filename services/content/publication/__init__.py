"""The town's files of contents: checked, published, told to the other services."""
