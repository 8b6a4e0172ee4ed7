"""The requests of an account: lists, dashboard, personal data; and the end of the account."""
