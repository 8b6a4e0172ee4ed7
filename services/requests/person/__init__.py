"""What else the person of a request has asked for."""
