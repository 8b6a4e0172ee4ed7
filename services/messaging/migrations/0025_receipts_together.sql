-- Receipts above the share of a mailbox leave together: a row of purpose `receipts`, and the notices gathered in it.
-- `mailbox` and `address` are keyed hashes, made by requests; they are erased once they are no longer counted.
ALTER TABLE notices
    ADD COLUMN counted_at timestamptz,
    ADD COLUMN mailbox text,
    ADD COLUMN address text,
    ADD COLUMN gathered_in uuid;
-- The one below allows more: what the version before writes and reads still holds.
-- squawk-ignore ban-drop-constraint
ALTER TABLE notices DROP CONSTRAINT notices_check;
ALTER TABLE notices ADD CONSTRAINT notices_about CHECK (
    (request_id IS NULL) <> (account_id IS NULL) OR purpose = 'receipts'
) NOT VALID;
CREATE INDEX notices_of_a_mailbox ON notices (mailbox) WHERE mailbox IS NOT NULL;
CREATE INDEX notices_gathered ON notices (gathered_in) WHERE gathered_in IS NOT NULL;
