"""Who may see or change a request: sides, tracking links, grants, the journal of looks; a request opened for a use case."""
