"""People whom the town hall brings in itself: agents, and the people of an imported town."""
