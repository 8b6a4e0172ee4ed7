-- Who reads requests today goes on with those of confidential procedures, until the town says otherwise. The town's file does not
-- name the right yet: it leaves the rights of these agents as they are, and says so, until it names the same or is applied.
UPDATE agents SET
    permissions = permissions || ARRAY['handle_confidential'],
    kept_fields = CASE
        WHEN from_file AND NOT 'permissions' = ANY(kept_fields) THEN kept_fields || ARRAY['permissions'] ELSE kept_fields
    END
WHERE 'read_requests' = ANY(permissions) AND NOT 'handle_confidential' = ANY(permissions);
