"""A day at the counter: who comes, who is there, who is called next, and which slots are free."""
