-- When a space was used last: somebody logged in, activated it or returned to it. `closes_on`: the day that the last warning named,
-- void once the space is used again; `warned_days`: how many days before, as the town's settings count them.
ALTER TABLE accounts ADD COLUMN last_used_at timestamptz;
ALTER TABLE accounts ALTER COLUMN last_used_at SET DEFAULT now();
UPDATE accounts AS a SET last_used_at = greatest(
    a.created_at, a.activated_at, (SELECT max(l.at) FROM log_ins AS l WHERE l.person_id = a.account_id));
ALTER TABLE accounts ADD COLUMN closes_on date;
ALTER TABLE accounts ADD COLUMN warned_days integer;
CREATE INDEX accounts_last_used ON accounts (last_used_at, account_id) WHERE activated_at IS NOT NULL;

-- After how many months a space that is not used is closed, and how many days before its holder is warned, as the town decides.
ALTER TABLE town ADD COLUMN inactive_months integer NOT NULL DEFAULT 24;
ALTER TABLE town ADD COLUMN inactive_warnings_days integer[] NOT NULL DEFAULT '{60,30,7}';
