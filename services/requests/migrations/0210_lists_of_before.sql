-- The orders of the agents' list as the release of 0121 read them (decision 38): those of 0130 to 0148 took their place. One statement,
-- so that who writes waits once, for a moment: nothing is read or rewritten.
DROP INDEX work_by_due, work_by_submission, work_by_status, work_by_procedure, work_by_area, work_by_assignee, work_unread,
    all_by_submission, all_by_status;
