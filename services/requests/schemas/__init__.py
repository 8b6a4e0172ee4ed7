"""What requests offers to other services and to the gateway: its calls, its facts, its refusals."""
