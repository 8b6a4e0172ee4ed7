-- Whether the department is told that the procedure marks the request, and in its words.
ALTER TABLE requests ADD COLUMN alert boolean NOT NULL DEFAULT false;
