"""The town's map: its tiles, imported once by a command of the operators, and served to everyone."""
