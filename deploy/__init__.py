"""How Parvis is run: locally, in containers, with the demo town."""
