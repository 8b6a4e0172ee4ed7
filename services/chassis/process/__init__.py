"""A process from start to stop: what it runs, what operators may ask of it, migrations and rebuilds."""
