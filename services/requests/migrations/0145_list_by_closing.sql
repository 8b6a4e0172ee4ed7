CREATE INDEX list_by_closing ON requests
    (department, (coalesce(closed_at, 'infinity'::timestamptz)), request_id) WHERE closed;
