-- When each timer of the service ran last, over all replicas.
CREATE TABLE timers (
    name   text PRIMARY KEY,
    ran_at timestamptz NOT NULL
);
