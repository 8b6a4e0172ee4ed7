"""The views of the list that agents save for themselves."""
