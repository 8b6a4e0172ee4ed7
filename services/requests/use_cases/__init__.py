"""One function a use case, one transaction each; no SQL, no call to another service inside."""
