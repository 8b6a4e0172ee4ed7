-- News, activities and practical information: what was written, and what pages show of it.
CREATE TABLE categories (
    kind  text NOT NULL CHECK (kind IN ('news', 'activities', 'practical_info')),
    slug  text NOT NULL,
    label text NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (kind, slug)
);

CREATE TABLE articles (
    kind        text NOT NULL CHECK (kind IN ('news', 'activities', 'practical_info')),
    slug        text NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    category    text NOT NULL,
    audience    text NOT NULL CHECK (audience IN ('public', 'account')),
    title       text NOT NULL,
    summary     text NOT NULL,
    html        text NOT NULL,
    details     text NOT NULL,
    source      text NOT NULL,
    highlighted boolean NOT NULL DEFAULT false,
    place       integer NOT NULL,
    visible_at  timestamptz NOT NULL,
    hidden_at   timestamptz,
    -- Which of its facts the house was told of.
    told        text NOT NULL DEFAULT 'nothing' CHECK (told IN ('nothing', 'published', 'withdrawn')),
    PRIMARY KEY (kind, slug),
    FOREIGN KEY (kind, category) REFERENCES categories (kind, slug),
    CONSTRAINT highlighted_is_private CHECK (NOT highlighted OR audience = 'account')
);
CREATE UNIQUE INDEX one_highlighted ON articles (kind) WHERE highlighted;
CREATE INDEX articles_shown ON articles (kind, visible_at DESC);

CREATE TABLE polls (
    slug      text PRIMARY KEY,
    poll      text NOT NULL,
    intro     text NOT NULL,
    source    text NOT NULL,
    audience  text NOT NULL CHECK (audience IN ('public', 'account')),
    opens_at  timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    told      text NOT NULL DEFAULT 'nothing' CHECK (told IN ('nothing', 'opened', 'closed')),
    -- Counts, not answers: the row of a vote would be born in the transaction of its ballot.
    tally     text NOT NULL,
    CHECK (opens_at < closes_at)
);

-- Who has answered, as a keyed hash; nothing here says what, or when.
CREATE TABLE ballots (
    poll  text NOT NULL REFERENCES polls,
    voter bytea NOT NULL,
    PRIMARY KEY (poll, voter)
);

CREATE TABLE partner_spaces (
    slug   text PRIMARY KEY,
    place  integer NOT NULL,
    space  text NOT NULL
);
