-- What an article is found by, and the words of it that may be misspelt: plain, and as they are shown. Empty until the
-- service has read the article (search.py), which it does by itself.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE articles
    ADD COLUMN search      tsvector,
    ADD COLUMN words_plain text[] NOT NULL DEFAULT '{}',
    ADD COLUMN words_shown text[] NOT NULL DEFAULT '{}';
CREATE INDEX articles_search ON articles USING gin (search);
CREATE INDEX articles_unread ON articles (kind) WHERE search IS NULL;
