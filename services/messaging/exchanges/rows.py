"""Exchanges, and messages that are begun: statements."""

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

KEEP_BEGUN = """
INSERT INTO begun_messages (request_id, sealed, saved_at) VALUES (%(request)s, %(sealed)s, %(now)s)
ON CONFLICT (request_id) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at
"""
BEGUN = "SELECT sealed FROM begun_messages WHERE request_id = %(request)s AND saved_at > %(since)s"
DROP_BEGUN = "DELETE FROM begun_messages WHERE request_id = %(request)s"
FORGET_BEGUN = "DELETE FROM begun_messages WHERE saved_at <= %(until)s"
WRITTEN_SINCE = """
SELECT 1 FROM exchanges WHERE request_id = %(request)s AND direction = 'to_town' AND added_at > coalesce(
    (SELECT added_at FROM exchanges WHERE id = %(seen)s AND request_id = %(request)s), '-infinity')
LIMIT 1
"""
EXCHANGES_OF_REQUESTS = """
SELECT exchanges.request_id, direction, sealed, added_at, read_at, department
FROM exchanges LEFT JOIN requests ON requests.id = exchanges.request_id
WHERE exchanges.request_id = ANY(%(ids)s) ORDER BY added_at, exchanges.id
"""
BEGUN_OF_REQUESTS = (
    "SELECT request_id, sealed FROM begun_messages WHERE request_id = ANY(%(ids)s) AND saved_at > %(since)s"
)
