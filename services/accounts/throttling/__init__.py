"""How long one waits after wrong tries, counted exactly."""
