"""Family members, for whom requests may be made."""
