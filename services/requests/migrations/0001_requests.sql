-- What requests has heard of the other services: a definition never changes once published.
CREATE TABLE procedures (
    slug text PRIMARY KEY,
    version integer NOT NULL,
    agenda text,
    withdrawn boolean NOT NULL DEFAULT false
);

CREATE TABLE procedure_versions (
    slug text NOT NULL,
    version integer NOT NULL,
    definition text NOT NULL,
    PRIMARY KEY (slug, version)
);

CREATE TABLE agendas (
    slug text PRIMARY KEY,
    version integer NOT NULL,
    definition text NOT NULL
);

CREATE TABLE town (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version integer NOT NULL,
    document text NOT NULL
);

-- What is being typed, sealed with the key of the request to come. One draft of a procedure for one owner.
CREATE TABLE drafts (
    draft_id uuid PRIMARY KEY,
    owner text NOT NULL,
    procedure text NOT NULL,
    sealed bytea NOT NULL,
    agenda text,
    slot_start timestamptz,
    slot_end timestamptz,
    held_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT one_draft_of_a_procedure UNIQUE (owner, procedure)
);

CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- One row a request, written in the transaction of its events: work list, personal list, due dates, access.
-- No name and no address in clear: `sealed` holds what a list shows of the applicant, under the request's key.
CREATE TABLE requests (
    request_id uuid PRIMARY KEY,
    number text NOT NULL,
    procedure text NOT NULL,
    version integer NOT NULL,
    area text NOT NULL,
    department text NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    closed boolean NOT NULL,
    closed_at timestamptz,
    archived boolean NOT NULL DEFAULT false,
    submitted_at timestamptz NOT NULL,
    due_on date,
    implicit_on date,
    implicit_effect text,
    implicit_reached boolean NOT NULL DEFAULT false,
    documents_deadline date,
    agenda text,
    appointment_at timestamptz,
    attached boolean NOT NULL,
    account_id text,
    email_hash text NOT NULL,
    filed_by text NOT NULL,
    assignee text,
    assignee_name text NOT NULL DEFAULT '',
    unread_citizen integer NOT NULL DEFAULT 0,
    unread_town integer NOT NULL DEFAULT 0,
    generation integer NOT NULL DEFAULT 1,
    generation_since timestamptz NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT requests_number UNIQUE (number)
);

-- The work list: open requests by due date, each filter with its index; then all requests by submission.
CREATE INDEX work_by_due ON requests (department, due_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_submission ON requests (department, submitted_at, request_id) WHERE NOT closed;
CREATE INDEX work_by_status ON requests (department, status, due_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_procedure ON requests (department, procedure, due_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_area ON requests (department, area, due_on, request_id) WHERE NOT closed;
CREATE INDEX work_by_assignee ON requests (department, assignee, due_on, request_id) WHERE NOT closed;
CREATE INDEX work_unread ON requests (department, due_on, request_id) WHERE unread_town > 0;
CREATE INDEX all_by_submission ON requests (department, submitted_at, request_id);
CREATE INDEX all_by_status ON requests (department, status, submitted_at, request_id);

CREATE INDEX requests_of_account ON requests (account_id, archived, submitted_at) WHERE account_id IS NOT NULL;

-- What is due, for the timers.
CREATE INDEX silence_due ON requests (implicit_on) WHERE NOT implicit_reached AND NOT closed;
CREATE INDEX pieces_due ON requests (documents_deadline) WHERE NOT closed;
CREATE INDEX archiving_due ON requests (closed_at) WHERE closed AND NOT archived;
CREATE INDEX open_by_procedure ON requests (procedure, status) WHERE NOT closed;

CREATE TABLE unread_exchanges (
    exchange_id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES requests (request_id) ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('to_town', 'to_citizen'))
);

CREATE INDEX unread_exchanges_of_request ON unread_exchanges (request_id, direction);

-- Who uses a slot, from the streams of the days; `until` is set while it is only held.
CREATE TABLE slot_uses (
    agenda text NOT NULL,
    start timestamptz NOT NULL,
    request_id uuid NOT NULL,
    until timestamptz,
    PRIMARY KEY (agenda, start, request_id)
);

-- Keyed hashes of the beginnings of names: found by a word, read by no one.
CREATE TABLE request_words (
    token bytea NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (request_id) ON DELETE CASCADE,
    PRIMARY KEY (token, request_id)
);

CREATE INDEX words_of_request ON request_words (request_id);

-- Counters, kept by one projector that follows positions: what a total costs does not grow with the requests.
CREATE TABLE work_counts (
    department text NOT NULL,
    area text NOT NULL,
    procedure text NOT NULL,
    status text NOT NULL,
    assignee text NOT NULL,
    closed boolean NOT NULL,
    requests integer NOT NULL,
    unread integer NOT NULL,
    PRIMARY KEY (department, area, procedure, status, assignee, closed)
);

CREATE TABLE due_counts (
    department text NOT NULL,
    due_on date NOT NULL,
    requests integer NOT NULL,
    PRIMARY KEY (department, due_on)
);

-- As what each request is counted above, so that counting it again changes nothing.
CREATE TABLE counted (
    request_id uuid PRIMARY KEY,
    department text NOT NULL,
    area text NOT NULL,
    procedure text NOT NULL,
    status text NOT NULL,
    assignee text NOT NULL,
    closed boolean NOT NULL,
    due_on date,
    unread integer NOT NULL
);

-- Every look of the staff at a file (CNIL, délibération 2021-122): who, what, when.
CREATE TABLE staff_views (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id uuid NOT NULL,
    agent_id text NOT NULL,
    agent_name text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX staff_views_of_request ON staff_views (request_id, at);
CREATE INDEX staff_views_by_age ON staff_views (at);
