"""One function a use case, inside one transaction (imports and timers: one for each request); no SQL, no call to another service."""
