-- The spaces that have held a piece: the samples of the demonstration fill none of them again, also once it is emptied.
CREATE TABLE used_spaces (space_id uuid PRIMARY KEY);
INSERT INTO used_spaces (space_id) SELECT DISTINCT space_id FROM documents WHERE space_id IS NOT NULL;
