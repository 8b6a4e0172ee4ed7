-- A document of the town that is handed in for a decision: the status that it waits for. Until the request comes to that status it is
-- for the town alone; then it is announced as any other (announced_at).
ALTER TABLE documents ADD COLUMN enclosed_for text;
