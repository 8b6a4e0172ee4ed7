-- A mail to a person without e-mail address is a letter: it waits to be handed over or posted, then it was.
-- The version before writes and claims no other states than it knows, and shows any other as a mail on its way.
-- squawk-ignore ban-drop-constraint
ALTER TABLE notices DROP CONSTRAINT notices_state_check;
ALTER TABLE notices ADD CONSTRAINT notices_state_check
    CHECK (state IN ('due', 'sent', 'failed', 'on_paper', 'handed_over', 'posted')) NOT VALID;
CREATE INDEX notices_on_paper ON notices (created_at, id) WHERE state = 'on_paper';
