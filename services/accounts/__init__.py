"""Who someone is: personal spaces, credentials, sessions, family members, agents and their roles."""
