"""What happens to a request without a person asking: days that come, facts of other services."""
