"""Sessions: opened, used, shown to their holder, ended."""
