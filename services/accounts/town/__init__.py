"""The town's settings for accounts, as procedures published them."""
