"""Pages by subject, in folders like those of their templates; each page is a route of a `Pages` blueprint in its module."""
