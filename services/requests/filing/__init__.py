"""A draft becomes a request, with its place and slot, or nothing is changed; and the receipt."""
