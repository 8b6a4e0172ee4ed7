"""What befalls documents when their request, draft or account changes, and the erasure of what ends."""
