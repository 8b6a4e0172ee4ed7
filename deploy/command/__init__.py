"""What every command of `parvis` stands on: terminal, failures, command line, the instance's folder and settings."""
