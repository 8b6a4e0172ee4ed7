-- A department is told of new requests at most once every few minutes: those that come meanwhile join the notice that waits.
ALTER TABLE notices ADD COLUMN department text, ADD COLUMN others integer NOT NULL DEFAULT 0;
CREATE INDEX notices_of_news ON notices (department, due_at) WHERE purpose = 'new_request';
