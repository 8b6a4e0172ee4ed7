-- Links that visitors had mailed to themselves, to go on with a draft on another device. No token: its digest only.
-- They outlive the draft, so that a link opened late says what became of it.
CREATE TABLE draft_links (
    link_id uuid PRIMARY KEY,
    digest text NOT NULL,
    draft_id uuid NOT NULL,
    procedure text NOT NULL,
    -- keyed hash, for as long as the mails to one mailbox are counted
    mailbox text,
    -- sealed under the draft's key, until the mail has left
    address bytea,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    replaced boolean NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX draft_links_by_digest ON draft_links (digest);
CREATE INDEX draft_links_of_a_draft ON draft_links (draft_id);
CREATE INDEX draft_links_of_a_mailbox ON draft_links (mailbox, made_at) WHERE mailbox IS NOT NULL;
CREATE INDEX draft_links_with_an_address ON draft_links (made_at) WHERE address IS NOT NULL;
CREATE INDEX draft_links_by_expiry ON draft_links (expires_at);

-- The browsers in which such a link was opened, beside the one in which the draft was begun: one draft of a procedure in each.
CREATE TABLE draft_devices (
    owner text NOT NULL,
    procedure text NOT NULL,
    draft_id uuid NOT NULL REFERENCES drafts ON DELETE CASCADE,
    since timestamptz NOT NULL,
    PRIMARY KEY (owner, procedure)
);

CREATE INDEX draft_devices_of_a_draft ON draft_devices (draft_id);
