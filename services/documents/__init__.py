"""What was handed in: documents and files, the object store, the checks."""
