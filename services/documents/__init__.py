"""documents: what was handed in with a request, and what people keep in their storage space. Its README says where to start."""
