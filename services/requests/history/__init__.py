"""The Historique tab and the list of erased pieces, folded from the facts of a request."""
