"""What pages and API both do with the answers of services."""
