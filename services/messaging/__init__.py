"""messaging: what was said about a request, and what was sent about it. Its README says where to start."""
