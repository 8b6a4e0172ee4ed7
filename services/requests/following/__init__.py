"""The side of the applicant: the page of one request, tracking link, attaching, withdrawing, asking for erasure."""
