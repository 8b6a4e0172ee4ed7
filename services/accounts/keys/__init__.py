"""Keys of this service, each for one purpose, and the tokens that are made with them."""
