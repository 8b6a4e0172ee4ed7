CREATE INDEX list_by_submission ON requests
    (department, closed, submitted_at, request_id);
