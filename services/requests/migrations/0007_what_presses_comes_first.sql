-- What a procedure marks comes first in the work list as long as it is open, whatever the filter.
ALTER TABLE requests ADD COLUMN open_alert boolean GENERATED ALWAYS AS (alert AND NOT closed) STORED;

DROP INDEX work_by_due, work_by_status, work_by_procedure, work_by_area, work_by_assignee, work_unread;
CREATE INDEX work_by_due ON requests (department, open_alert DESC, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_status ON requests (department, status, open_alert DESC, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_procedure ON requests (department, procedure, open_alert DESC, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_area ON requests (department, area, open_alert DESC, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_assignee ON requests (department, assignee, open_alert DESC, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_unread ON requests (department, open_alert DESC, aimed_on, request_id) WHERE unread_town > 0 AND NOT closed;

ALTER TABLE counted ADD COLUMN alert integer NOT NULL DEFAULT 0;
ALTER TABLE work_counts ADD COLUMN alerts integer NOT NULL DEFAULT 0;

-- Each request is counted as it was counted before, and with its mark: the sums stay those of what is counted.
UPDATE counted c SET alert = 1 FROM requests r WHERE r.request_id = c.request_id AND r.open_alert;
UPDATE work_counts w SET alerts = c.alerts
FROM (
    SELECT department, area, procedure, status, assignee, closed, sum(alert) AS alerts FROM counted
    GROUP BY department, area, procedure, status, assignee, closed
) AS c
WHERE (w.department, w.area, w.procedure, w.status, w.assignee, w.closed)
    = (c.department, c.area, c.procedure, c.status, c.assignee, c.closed);
