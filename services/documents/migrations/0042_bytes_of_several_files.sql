-- From here on two files may hold the same bytes. What unused bytes are is still asked by key.
CREATE INDEX files_of_a_content ON files (object_key);
-- squawk-ignore ban-drop-constraint
ALTER TABLE files DROP CONSTRAINT files_object_key_key;
