"""The sample requests of a town, filed with their past dates."""
