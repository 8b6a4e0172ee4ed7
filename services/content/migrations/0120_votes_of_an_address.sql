-- How often visitors of one network address have answered a poll, by a keyed hash; erased once the poll is closed.
CREATE TABLE vote_shares (
    poll    text NOT NULL REFERENCES polls,
    address bytea NOT NULL,
    votes   integer NOT NULL,
    PRIMARY KEY (poll, address)
);
