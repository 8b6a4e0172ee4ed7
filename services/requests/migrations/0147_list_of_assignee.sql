CREATE INDEX list_of_assignee ON requests
    (department, assignee, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE NOT closed;
