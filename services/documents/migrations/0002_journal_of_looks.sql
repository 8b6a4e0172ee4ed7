-- The journal names who looked, as it was then, and ends at the town's term (D8).
ALTER TABLE staff_views ADD COLUMN agent_name text NOT NULL DEFAULT '';

CREATE INDEX staff_views_by_age ON staff_views (viewed_at);
