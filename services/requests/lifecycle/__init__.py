"""What happens to a request without a call: its days come, and facts of other services arrive."""
