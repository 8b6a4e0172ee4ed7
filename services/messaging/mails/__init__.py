"""The mail itself: what it may say, its text and HTML, the mail server."""
