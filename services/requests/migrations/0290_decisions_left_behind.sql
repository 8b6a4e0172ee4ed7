-- Once more what an hourly sweep did for one release: a version that did not know this table erased requests beside one that did.
DELETE FROM held_decisions h USING approved_ends a WHERE a.request_id = h.request_id AND a.erased;
