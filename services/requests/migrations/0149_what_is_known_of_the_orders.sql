-- What the planner knows of the new expressions; by itself, so that no lock of a build waits for it.
ANALYZE requests;
