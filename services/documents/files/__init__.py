"""Documents (pièces) and their files, of requests and of spaces: facts, rules, rows, lists, looks of the staff."""
