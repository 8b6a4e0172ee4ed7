"""One's own space: read whole, changed by its holder."""
