"""The HTTP server and what holds for each request whatever it asks: bodies, compression, headers, rate limits, static files."""
