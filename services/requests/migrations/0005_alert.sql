-- Whether an answer is one that the procedure marks for its agents: the work list says so before the file is opened.
ALTER TABLE requests ADD COLUMN alert boolean NOT NULL DEFAULT false;
