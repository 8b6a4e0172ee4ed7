"""The front page, the search, and what the law asks for."""
