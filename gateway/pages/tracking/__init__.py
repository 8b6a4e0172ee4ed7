"""A request as its applicant follows it."""
