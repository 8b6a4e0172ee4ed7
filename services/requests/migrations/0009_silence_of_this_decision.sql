-- Silence is reached of the decision that stands, not of one that ended when pieces were asked for.
UPDATE requests r SET implicit_reached = false
WHERE implicit_reached AND NOT EXISTS (
    SELECT FROM events e WHERE e.stream = 'request-' || r.request_id AND e.type = 'ImplicitDecisionReached'
        AND (e.public::json ->> 'at')::date = r.implicit_on AND e.public::json ->> 'effect' = r.implicit_effect
);
