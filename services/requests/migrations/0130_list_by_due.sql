-- The agents' list, sorted in seven ways and read from any place of it: each order is an index whose parts all run one way, so
-- that the next page begins at one comparison of rows. Open and closed requests are parts of one index; a list of both reads two.
-- Each index is a migration of its own: a build keeps writers waiting no longer than it takes by itself. The indexes of the release
-- before (work_by_due, work_by_submission, work_by_status, work_by_procedure, work_by_area, work_by_assignee, work_unread,
-- all_by_submission, all_by_status) stay for it: the next release drops them (decision 38).
CREATE INDEX list_by_due ON requests
    (department, closed, (NOT open_alert), (coalesce(aimed_on, 'infinity'::date)), request_id);
