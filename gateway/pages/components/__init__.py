"""What pages of several folders show or read, like the templates of the same name."""
