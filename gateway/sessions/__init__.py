"""Who sends a request: session, visitor, cookies, and the form that waits behind a log-in."""
