"""How long a written answer may be where its procedure says nothing: the same for pages and services. Pure."""

LONGEST = {"text": 500, "longtext": 5000}
"""In characters, by type of field; no other type is answered in words of one's own."""
