"""What messaging keeps of the town, its procedures and requests, which other services own."""
