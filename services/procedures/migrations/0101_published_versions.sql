-- What was published, version by version. Documents are text: the order of their keys is the order on the screen.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE towns (
    version      integer PRIMARY KEY CHECK (version > 0),
    document     text NOT NULL,
    published_at timestamptz NOT NULL
);

CREATE TABLE definitions (
    slug         text NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    definition   text NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (slug, version)
);

CREATE TABLE agendas (
    slug         text NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    definition   text NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (slug, version)
);

-- A version never changes: requests are judged by the one that they were filed with.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version never changes: %', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER towns_never_change BEFORE UPDATE OR DELETE ON towns
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER definitions_never_change BEFORE UPDATE OR DELETE ON definitions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agendas_never_change BEFORE UPDATE OR DELETE ON agendas
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The procedures as the catalogue shows them: one row each, at the current version; withdrawn ones are kept aside.
-- `search` is made of texts without accents nor apostrophes (search.py), whatever the locale of the database.
CREATE TABLE catalogue (
    slug              text PRIMARY KEY,
    version           integer NOT NULL,
    withdrawn         boolean NOT NULL DEFAULT false,
    place             integer NOT NULL,
    title             text NOT NULL,
    summary           text NOT NULL,
    area              text NOT NULL,
    area_title        text NOT NULL,
    access            text NOT NULL,
    featured          boolean NOT NULL,
    fill_time_minutes integer NOT NULL,
    appointment       boolean NOT NULL,
    search            tsvector NOT NULL,
    FOREIGN KEY (slug, version) REFERENCES definitions (slug, version)
);
CREATE INDEX catalogue_search ON catalogue USING gin (search);

-- The words that can be found, plain and as they are shown: what a misspelt word may have meant.
CREATE TABLE words (
    slug  text NOT NULL REFERENCES catalogue ON DELETE CASCADE,
    plain text NOT NULL,
    shown text NOT NULL,
    PRIMARY KEY (slug, plain)
);
CREATE INDEX words_plain ON words USING gin (plain gin_trgm_ops);
