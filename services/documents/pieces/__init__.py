"""What is handed in with a request or a draft: added, renamed, removed, frozen."""
