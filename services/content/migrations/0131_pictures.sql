-- The pictures that the town's files name, each under its file's name; who may see one is who may read an article with it.
CREATE TABLE pictures (
    name   text PRIMARY KEY,
    type   text NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
    digest text NOT NULL,
    bytes  bytea NOT NULL
);
