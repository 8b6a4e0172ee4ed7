-- Whom a person asks to be called or written to by post makes a line for agents beside the mail: a letter, or a call.
-- The version before writes and claims no other states than it knows.
-- squawk-ignore ban-drop-constraint
ALTER TABLE notices DROP CONSTRAINT notices_state_check;
ALTER TABLE notices ADD CONSTRAINT notices_state_check
    CHECK (state IN ('due', 'sent', 'failed', 'on_paper', 'handed_over', 'posted', 'to_call', 'called')) NOT VALID;
CREATE INDEX notices_for_agents ON notices (created_at, id) WHERE state IN ('on_paper', 'to_call');
DROP INDEX notices_on_paper;
