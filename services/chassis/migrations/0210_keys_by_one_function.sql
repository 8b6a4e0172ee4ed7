-- What 0007 left for a replica of the version before it, which asked with a person: none does any more.
-- squawk-ignore ban-drop-function
DROP FUNCTION take_key(text, text, bytea);
