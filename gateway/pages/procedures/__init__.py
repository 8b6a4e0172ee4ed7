"""The procedures, and the steps of a form from its first page to its receipt."""
