"""What was asked and what became of it: event store, drafts, capacity, history, work list."""
