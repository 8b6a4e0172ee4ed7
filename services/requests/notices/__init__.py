"""What messaging asks for a mail about a request, and who is written to by post."""
