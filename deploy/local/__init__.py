"""The local runner behind the `parvis` command."""
