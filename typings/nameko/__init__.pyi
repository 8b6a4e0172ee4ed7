"""What we use of nameko, which carries no types."""
