-- The journal of looks is read by agent as well.
CREATE INDEX staff_views_of_an_agent ON staff_views (agent_id, viewed_at, id);
