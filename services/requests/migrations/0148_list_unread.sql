CREATE INDEX list_unread ON requests
    (department, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE unread_town > 0 AND NOT closed;
