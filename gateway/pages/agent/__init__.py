"""The pages of the town hall's agents."""
