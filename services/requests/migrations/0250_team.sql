-- Who is absent from one day to another, and which agent then sees that agent's requests as well. No reason is kept.
CREATE TABLE absences (
    absence_id uuid PRIMARY KEY,
    agent_id text NOT NULL,
    agent_name text NOT NULL,
    departments text[] NOT NULL,
    substitute_id text NOT NULL,
    substitute_name text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL
);

-- The open requests of an agent in a department that are on their way to another agent, or back to none.
CREATE TABLE handovers (
    agent_id text NOT NULL,
    department text NOT NULL,
    to_id text,
    to_name text NOT NULL,
    confidential boolean NOT NULL, -- whether that agent may open files of confidential procedures
    by_name text NOT NULL,
    PRIMARY KEY (agent_id, department)
);

-- Whose attention a note asks for, until that agent has read it. The words are in the note alone.
CREATE TABLE mentions (
    mention_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    agent_id text NOT NULL,
    by_name text NOT NULL,
    noted_at timestamptz NOT NULL,
    read_at timestamptz
);

CREATE INDEX mentions_of_agent ON mentions (agent_id, noted_at) WHERE read_at IS NULL;
