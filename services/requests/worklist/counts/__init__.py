"""How many requests an agent's list holds."""
