-- No statement reads what was heard by its position: what is known is looked up by its id, and a rebuild goes by the time.
DROP INDEX heard_in_order;
