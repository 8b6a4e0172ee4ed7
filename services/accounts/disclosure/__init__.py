"""What other services may read of a person: to fill a form, to send a mail, for the archive of one's data."""
