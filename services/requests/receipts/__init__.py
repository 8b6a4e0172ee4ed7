"""The receipt that an applicant prints or saves, and its check by anybody to whom it is shown."""
