"""The space of a person: log-in, sign-up, profile, family, sessions, partners' sites, closing."""
