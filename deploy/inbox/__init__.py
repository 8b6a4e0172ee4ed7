"""The demonstration's inbox: a mail server that delivers nothing, and the pages that show what it took."""
