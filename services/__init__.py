"""Six services and the chassis that they stand on; nothing else belongs here."""
