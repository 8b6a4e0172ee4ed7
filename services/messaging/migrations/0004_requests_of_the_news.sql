-- Which requests joined the news that waits, not only how many: one that is cancelled meanwhile leaves it again.
-- News that waits during this very upgrade tells of its first request only.
ALTER TABLE notices ADD COLUMN joined uuid[] NOT NULL DEFAULT '{}', DROP COLUMN others;
