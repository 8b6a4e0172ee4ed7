-- The agents' list, sorted in seven ways and read from any place of it: each order is an index whose parts all run one way, so
-- that the next page begins at one comparison of rows. Open and closed requests are parts of one index; a list of both reads two.
CREATE INDEX list_by_due ON requests
    (department, closed, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
CREATE INDEX list_by_submission ON requests (department, closed, submitted_at, request_id);
CREATE INDEX list_by_number ON requests (department, closed, number);
CREATE INDEX list_by_status ON requests
    (department, closed, status, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
CREATE INDEX list_by_procedure ON requests
    (department, closed, procedure, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
CREATE INDEX list_by_agent ON requests
    (department, closed, assignee_name, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
CREATE INDEX list_by_closing ON requests
    (department, (coalesce(closed_at, 'infinity'::timestamptz)), request_id) WHERE closed;

-- What a list of open requests is narrowed to most, in the order of the days aimed at.
CREATE INDEX list_of_area ON requests
    (department, area, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE NOT closed;
CREATE INDEX list_of_assignee ON requests
    (department, assignee, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE NOT closed;
CREATE INDEX list_unread ON requests
    (department, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id) WHERE unread_town > 0 AND NOT closed;

-- Those of the release before, which reads the same rows and sorts what it lists while it still runs. Last, for it waits for readers.
DROP INDEX work_by_due, work_by_submission, work_by_status, work_by_procedure, work_by_area, work_by_assignee, work_unread,
    all_by_submission, all_by_status;
-- what is known of the new expressions
ANALYZE requests;
