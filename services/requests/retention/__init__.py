"""The end of what was filed: lists drawn, approved by the archives, then erased."""
