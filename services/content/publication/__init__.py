"""The town's files of contents: checked, published, with the facts about them."""
