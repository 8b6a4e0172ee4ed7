"""What is typed into a form: checked against the definition, kept as values."""
