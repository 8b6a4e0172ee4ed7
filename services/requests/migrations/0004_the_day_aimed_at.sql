-- The day aimed at: `due_on`, the target, or the day of the booked appointment where it is later (`deadlines.aimed_at`). It
-- follows each appointment that is booked, moved or cancelled. The work list goes by it.
ALTER TABLE requests ADD COLUMN aimed_on date GENERATED ALWAYS AS (
    CASE WHEN due_on IS NOT NULL THEN greatest(due_on, (appointment_at AT TIME ZONE 'Europe/Paris')::date) END
) STORED;

DROP INDEX work_by_due, work_by_status, work_by_procedure, work_by_area, work_by_assignee, work_unread;
CREATE INDEX work_by_due ON requests (department, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_status ON requests (department, status, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_procedure ON requests (department, procedure, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_area ON requests (department, area, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_assignee ON requests (department, assignee, aimed_on, request_id) WHERE NOT closed;
CREATE INDEX work_unread ON requests (department, aimed_on, request_id) WHERE unread_town > 0;

-- Those that are counted as open are counted at their new day.
UPDATE counted c SET due_on = r.aimed_on FROM requests r WHERE r.request_id = c.request_id AND c.due_on IS NOT NULL;
DELETE FROM due_counts;
INSERT INTO due_counts (department, due_on, requests)
SELECT department, due_on, count(*) FROM counted WHERE due_on IS NOT NULL GROUP BY department, due_on;
