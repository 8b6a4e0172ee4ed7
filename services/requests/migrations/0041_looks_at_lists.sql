-- Looks at lists, searches and day's lists beside those at one file: which requests were shown, for which query.
-- The version before reads the looks of one request only, which all have it.
-- squawk-ignore ban-drop-not-null
ALTER TABLE staff_views ALTER COLUMN request_id DROP NOT NULL;
ALTER TABLE staff_views ADD COLUMN shown uuid[]; -- of a list; a look at one file has its request_id
ALTER TABLE staff_views ADD COLUMN key_id text; -- the log key of the month, destroyed when the last look of the month goes
ALTER TABLE staff_views ADD COLUMN query bytea; -- sealed under it
ALTER TABLE staff_views ADD COLUMN query_mark bytea; -- the same for the same query in the same month, under the same key
CREATE INDEX staff_views_that_showed ON staff_views USING gin (shown) WHERE shown IS NOT NULL;
CREATE INDEX staff_views_of_an_agent ON staff_views (agent_id, at, id);
