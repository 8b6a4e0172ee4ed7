"""The aggregate: facts, commands, state and rules of one request, read in that order; and its row."""
