"""What accounts does, one function a use case: short transactions, and nothing slow inside one."""
