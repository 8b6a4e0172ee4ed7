-- The words and the parts of the number of a request are written in the transaction that writes its row, and no row is ever deleted:
-- a look for the row and a lock on it, for each of a dozen words, found nothing else.
-- squawk-ignore ban-drop-constraint
ALTER TABLE request_words DROP CONSTRAINT request_words_request_id_fkey;
-- squawk-ignore ban-drop-constraint
ALTER TABLE number_parts DROP CONSTRAINT number_parts_request_id_fkey;
