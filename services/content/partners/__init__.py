"""Partner spaces: the sites that the town links to, and how the portal connects to them."""
