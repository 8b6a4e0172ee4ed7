"""How long a written answer may be where its procedure says nothing: the same for pages and services. Pure."""

LONGEST = {"text": 500, "longtext": 5000}
"""By type of field, in characters."""
