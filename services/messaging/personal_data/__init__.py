"""What messaging holds of one person: listed for the archive of their data, and erased."""
