-- How many pages a file has, as its examination counted them: 1 for a picture, none for what has no pages. Of a file that was
-- kept before this column, they are counted when a page of it is first drawn.
ALTER TABLE files ADD COLUMN pages integer;
