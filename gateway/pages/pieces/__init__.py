"""A piece of a request, for citizens and agents alike."""
