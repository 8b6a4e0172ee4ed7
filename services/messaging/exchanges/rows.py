"""Exchanges: statements."""

ADD_EXCHANGE = """
INSERT INTO exchanges (id, request_id, direction, sealed, added_at, read_at)
VALUES (%(id)s, %(request)s, %(direction)s, %(sealed)s, %(added_at)s, %(read_at)s)
ON CONFLICT DO NOTHING RETURNING id
"""

EXCHANGES = """
SELECT id, direction, sealed, added_at, read_at FROM exchanges
WHERE request_id = %(request)s ORDER BY added_at, id
"""

MARK_READ = """
UPDATE exchanges SET read_at = %(now)s WHERE id = %(id)s AND request_id = %(request)s AND read_at IS NULL RETURNING id
"""

MARK_READ_UP_TO = """
WITH opened AS (
    UPDATE exchanges SET read_at = %(now)s
    WHERE request_id = %(request)s AND direction = %(direction)s AND read_at IS NULL
        AND (added_at, id) <= (SELECT added_at, id FROM exchanges WHERE id = %(seen)s AND request_id = %(request)s)
    RETURNING id, added_at
)
SELECT id FROM opened ORDER BY added_at, id
"""

DELETE_EXCHANGES = "DELETE FROM exchanges WHERE request_id = %(request)s"
