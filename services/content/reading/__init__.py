"""What visitors and account holders read and find."""
