CREATE INDEX list_by_procedure ON requests
    (department, closed, procedure, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
