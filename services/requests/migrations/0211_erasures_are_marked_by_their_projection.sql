-- What 0121 left for the version before it: since then each version marks what it records.
DROP TRIGGER erasures_asked_are_marked ON events;
-- squawk-ignore ban-drop-function
DROP FUNCTION mark_erasure_asked();
