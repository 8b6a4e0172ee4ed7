-- The identity of the partners' stream, in the database of the one source whose events partners read; elsewhere no row.
CREATE TABLE partners_stream (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    stream uuid NOT NULL DEFAULT gen_random_uuid(),
    since timestamptz NOT NULL DEFAULT now()
);
