"""What a citizen is known by at partners' sites: checked, kept sealed, used for one connection."""
