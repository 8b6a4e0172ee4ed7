"""What people see: composed from rows and folds, for the side that asks. Nothing is changed here."""
