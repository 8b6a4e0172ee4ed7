-- Of those that are applied in one transaction, each has its own time: a rebuild does them in the order in which they were applied.
ALTER TABLE heard ALTER COLUMN heard_at SET DEFAULT clock_timestamp();
