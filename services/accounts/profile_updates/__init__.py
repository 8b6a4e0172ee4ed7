"""Changes of profiles that requests ask for: announced, and applied on their day once granted."""
