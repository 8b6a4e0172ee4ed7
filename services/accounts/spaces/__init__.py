"""A personal space: the facts of its life, its profile, and what is sealed of its holder."""
