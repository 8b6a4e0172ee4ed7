-- The views of the list that agents save for themselves: what it is narrowed to, its order, the columns. No name of an applicant is in
-- them: what is searched for is not saved.
CREATE TABLE saved_views (
    view_id uuid PRIMARY KEY,
    agent_id text NOT NULL,
    name text NOT NULL,
    narrowed text NOT NULL, -- JSON, by the names of the call
    chosen_columns text[] NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT one_saved_view_of_a_name UNIQUE (agent_id, name)
);
