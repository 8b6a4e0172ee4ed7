-- Which private news the holder of a space has opened: their slugs, sealed under the account's own key.
CREATE TABLE news_read (
    account_id text PRIMARY KEY,
    sealed     bytea NOT NULL
);
