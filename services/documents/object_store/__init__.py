"""The object store: its client, its buckets, and the check that files are still there."""
