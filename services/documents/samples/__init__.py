"""Files of the demonstration: drawn from their names, and kept with past dates."""
