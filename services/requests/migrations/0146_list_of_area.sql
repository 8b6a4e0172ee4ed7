-- What a list of open requests is narrowed to most, in the order of the days aimed at: this one and the next two.
CREATE INDEX list_of_area ON requests
    (department, area, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE NOT closed;
