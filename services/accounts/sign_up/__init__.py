"""A new space: the form, the wait for the activation, the activation link."""
