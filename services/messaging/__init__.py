"""What was said: exchanges, read marks, e-mails and what became of each."""
