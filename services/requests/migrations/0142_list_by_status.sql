CREATE INDEX list_by_status ON requests
    (department, closed, status, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
