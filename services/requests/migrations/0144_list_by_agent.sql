CREATE INDEX list_by_agent ON requests
    (department, closed, assignee_name, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
