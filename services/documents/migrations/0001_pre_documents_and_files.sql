-- What documents keeps. The id of a draft is the id of the request to come: files are laid under it from the start.

CREATE TABLE requests (
    id uuid PRIMARY KEY,
    procedure text NOT NULL,
    version integer NOT NULL,
    closed boolean NOT NULL DEFAULT false
);

CREATE TABLE procedures (
    slug text NOT NULL,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (slug, version)
);

CREATE TABLE town (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL,
    settings jsonb NOT NULL
);

CREATE TABLE documents (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    piece text NOT NULL,
    side text NOT NULL CHECK (side IN ('citizen', 'town')),
    -- the label, sealed with the key of the request: it may be the person's own words
    label bytea NOT NULL,
    sensitive boolean NOT NULL,
    delete_after text,
    created_at timestamptz NOT NULL,
    -- set once DocumentAdded was said: from then on the document is part of the request
    announced_at timestamptz
);
CREATE INDEX documents_of_a_request ON documents (request_id, created_at);

CREATE TABLE files (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    -- random: says nothing of the request or the person
    object_key uuid NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('awaited', 'examining', 'ready', 'refused')),
    announced_bytes bigint NOT NULL CHECK (announced_bytes > 0),
    extension text NOT NULL,
    -- the file's name, sealed with the key of the request
    name bytea NOT NULL,
    kept_bytes bigint,
    sha256 text,
    media_type text,
    scan text NOT NULL DEFAULT 'not_scanned',
    refusal text,
    created_at timestamptz NOT NULL,
    -- an examination that began before this instant and has not ended is taken over
    examining_since timestamptz,
    -- on the list that was signed when the draft was validated
    frozen boolean NOT NULL DEFAULT false,
    CHECK (state <> 'ready' OR (kept_bytes IS NOT NULL AND sha256 IS NOT NULL AND media_type IS NOT NULL))
);
CREATE INDEX files_of_a_document ON files (document_id, created_at);

-- drafts that ended without a request: nothing more may be laid under their ids
CREATE TABLE ended_drafts (
    id uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL
);

-- objects whose row is gone, until the store has deleted them
CREATE TABLE doomed_objects (
    object_key uuid PRIMARY KEY,
    since timestamptz NOT NULL
);

-- who on the staff looked at which file, and when (glossary D8)
CREATE TABLE staff_views (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_id uuid NOT NULL,
    request_id uuid NOT NULL,
    agent_id text NOT NULL,
    viewed_at timestamptz NOT NULL
);
CREATE INDEX staff_views_of_a_request ON staff_views (request_id, viewed_at);
