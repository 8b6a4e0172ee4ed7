"""Notices: rows and statements."""

from dataclasses import fields
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Reading
from services.chassis.structs import Struct
from services.messaging.copies.rows import OF_REQUEST, request_in
from services.messaging.copies.rules import KnownRequest
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import Notice, State, StoredLetter
from services.messaging.schemas.letters import WaitingLetter

LEFT_OUT = [purpose.value for purpose in TO_DEPARTMENT]
"""Of the mails to an applicant."""

OF_NOTICE: LiteralString = """
notices.id, purpose, event_id, correlation_id, request_id, account_id, about, reply, attempts, address, by_applicant,
(attempts > 1 OR notices.reason IS NOT NULL OR counted_at IS NOT NULL) AS postponed
"""

ENQUEUE = """
INSERT INTO notices (id, purpose, event_id, correlation_id, request_id, account_id, about, reply, by_applicant,
                     of_use_until, due_at, created_at)
VALUES (%(id)s, %(purpose)s, %(event_id)s, %(correlation_id)s, %(request_id)s, %(account_id)s, %(about)s, %(reply)s,
        %(by_applicant)s, %(of_use_until)s, %(due_at)s, %(now)s)
ON CONFLICT DO NOTHING
"""
JOIN_NEWS = """
WITH waiting AS (
    UPDATE notices SET due_at = CASE WHEN %(alert)s THEN least(due_at, %(now)s) ELSE due_at END
    WHERE purpose = 'new_request' AND department = %(department)s AND state = 'due' AND attempts = 0 RETURNING id
)
INSERT INTO joined_news (notice_id, request_id) SELECT id, %(request_id)s FROM waiting
ON CONFLICT (notice_id, request_id) DO UPDATE SET request_id = excluded.request_id RETURNING notice_id
"""
ENQUEUE_NEWS = """
INSERT INTO notices (id, purpose, event_id, correlation_id, request_id, department, due_at, created_at)
SELECT %(id)s, 'new_request', %(event_id)s, %(correlation_id)s, %(request_id)s, %(department)s,
    greatest(%(now)s, (SELECT max(due_at) + %(apart)s FROM notices
        WHERE purpose = 'new_request' AND department = %(department)s AND NOT %(alert)s)), %(now)s
ON CONFLICT DO NOTHING
"""
NEWS_OF_REQUEST: LiteralString = """
FROM notices n WHERE purpose = 'new_request' AND state = 'due' AND (request_id = %(request_id)s OR EXISTS (
    SELECT FROM joined_news j WHERE j.notice_id = n.id AND j.request_id = %(request_id)s))
"""
NEWS_WAITS: LiteralString = f"SELECT 1 {NEWS_OF_REQUEST} LIMIT 1"
# a statement of its own: the next one sees what those who held the lock before have written
LOCK_NEWS: LiteralString = f"SELECT id {NEWS_OF_REQUEST} ORDER BY id FOR UPDATE"
# the one that joined next takes the place of a first one that leaves; one that was alone is left for DROP_NEWS
LEAVE_NEWS: LiteralString = f"""
WITH place AS (
    SELECT id, CASE WHEN request_id = %(request_id)s THEN (
        SELECT j.request_id FROM joined_news j WHERE j.notice_id = n.id AND j.request_id <> %(request_id)s
        ORDER BY joined_at LIMIT 1) END AS next {NEWS_OF_REQUEST}
), gone AS (
    DELETE FROM joined_news j USING place WHERE j.notice_id = place.id AND j.request_id IN (%(request_id)s, next)
)
UPDATE notices SET request_id = coalesce(next, request_id) FROM place WHERE notices.id = place.id
"""  # noqa: S608 words of ours
NONE_JOINED = "DELETE FROM joined_news WHERE notice_id = %(id)s"
DROP_NEWS = "DELETE FROM notices WHERE purpose = 'new_request' AND state = 'due' AND request_id = %(request_id)s"
COUNTED = "SELECT counted_at, gathered_in FROM notices WHERE id = %(id)s FOR UPDATE"
COUNT = "UPDATE notices SET counted_at = %(now)s, mailbox = %(mailbox)s WHERE id = %(id)s"
LEFT_ALREADY = """
SELECT count(*) AS mails FROM notices
WHERE mailbox = %(mailbox)s AND purpose <> 'receipts' AND counted_at > %(since)s
"""
# one that a sender has claimed is left as it is: the sender writes what it has read
OPEN_GATHERING = """
SELECT id, due_at FROM notices
WHERE mailbox = %(mailbox)s AND address = %(address)s AND purpose = 'receipts' AND state = 'due' AND attempts = 0
    AND (SELECT count(*) FROM notices gathered WHERE gathered.gathered_in = notices.id) < %(at_most)s
ORDER BY due_at LIMIT 1 FOR UPDATE
"""
BEGIN_GATHERING = """
INSERT INTO notices (id, purpose, event_id, correlation_id, mailbox, address, due_at, created_at)
SELECT %(gathering)s, 'receipts', %(event_id)s, %(correlation_id)s, %(mailbox)s, %(address)s,
    least(%(latest)s, %(apart)s + greatest(%(now)s,
        (SELECT max(coalesce(settled_at, due_at)) FROM notices WHERE mailbox = %(mailbox)s AND purpose = 'receipts'))), %(now)s
RETURNING id, due_at
"""
GATHER = """
UPDATE notices SET counted_at = %(now)s, gathered_in = %(gathering)s, due_at = %(due_at)s, attempts = 0
WHERE id = %(id)s AND state = 'due'
"""
GATHERED: LiteralString = f"""
SELECT {OF_NOTICE}, 0 AS others, '{{}}'::text[] AS alerts, {OF_REQUEST}
FROM notices LEFT JOIN requests ON requests.id = notices.request_id
WHERE gathered_in = %(gathering)s AND state = 'due'
ORDER BY notices.created_at, notices.id
"""  # noqa: S608 names of ours
LEAVE_GATHERING = "UPDATE notices SET gathered_in = NULL, due_at = %(now)s WHERE id = %(id)s AND state = 'due'"
FORGET_MAILBOXES = """
UPDATE notices SET mailbox = NULL WHERE mailbox IS NOT NULL AND state <> 'due' AND counted_at < %(before)s
"""
FORGET_GATHERINGS = "DELETE FROM notices WHERE mailbox IS NOT NULL AND purpose = 'receipts' AND settled_at < %(before)s"
# the lease is the due date itself: notices of a sender that was killed are due again after it
CLAIM: LiteralString = f"""
WITH due AS (
    SELECT id FROM notices WHERE state = 'due' AND due_at <= %(now)s AND gathered_in IS NULL
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE notices SET due_at = CASE purpose WHEN 'receipts' THEN %(until_gathered)s ELSE %(until)s END,
        attempts = attempts + 1 FROM due WHERE notices.id = due.id
    RETURNING {OF_NOTICE}, created_at
)
SELECT claimed.*, {OF_REQUEST}, 0 AS others, '{{}}'::text[] AS alerts
FROM claimed LEFT JOIN requests ON requests.id = claimed.request_id
ORDER BY claimed.created_at
"""  # noqa: S608 names of ours
# asked after the claim, which ends who joins: one that joined while it waited for the lock is seen
JOINED = """
SELECT n.id, (SELECT count(*) FROM joined_news j WHERE j.notice_id = n.id) AS others,
       ARRAY(SELECT p.definition -> 'alert' ->> 'label'
             FROM (SELECT n.request_id UNION SELECT j.request_id FROM joined_news j WHERE j.notice_id = n.id) AS news
             JOIN requests r ON r.id = news.request_id
             JOIN procedures p ON p.slug = r.procedure AND p.version = r.version
             WHERE r.alert ORDER BY 1) AS alerts
FROM notices n WHERE n.id = ANY((SELECT %(ids)s)::uuid[])
"""
NEXT_DUE = """
SELECT extract(epoch FROM min(due_at) - %(now)s)::float AS seconds FROM notices WHERE state = 'due' AND gathered_in IS NULL
"""
STILL_DUE = "SELECT id FROM notices WHERE id = ANY (%(ids)s) AND state = 'due' ORDER BY id FOR UPDATE"
SENT = """
UPDATE notices SET state = 'sent', settled_at = %(now)s, reason = NULL, proof = %(proof)s
WHERE id = %(id)s AND state = 'due'
"""
LATER = """
UPDATE notices SET due_at = %(due_at)s, reason = %(reason)s, attempts = %(attempts)s WHERE id = %(id)s AND state = 'due'
"""
FAILED = """
UPDATE notices SET state = 'failed', settled_at = %(now)s, reason = %(reason)s
WHERE id = %(id)s AND state = 'due' RETURNING id
"""
# the mail is not tried again, and no longer counts as tried: it is a letter
ON_PAPER = """
UPDATE notices SET state = 'on_paper', reason = NULL, attempts = 0 WHERE id = %(id)s AND state = 'due' RETURNING id
"""
# beside a mail that has left; whatever sends that mail twice writes one line
LINE = """
INSERT INTO notices (id, purpose, event_id, correlation_id, request_id, about, reply, state, of_use_until, due_at, created_at)
SELECT %(id)s, purpose, event_id, correlation_id, request_id, about, reply, %(state)s, of_use_until, %(now)s, %(now)s
FROM notices WHERE id = %(beside)s AND (of_use_until IS NULL OR of_use_until > %(now)s)
ON CONFLICT DO NOTHING
"""
# what the call would remind of has moved or ended: first of a mail that a sender has claimed, which writes no line
# afterwards; one that has written it meanwhile is waited for, and its line deleted
END_LINES_TO_COME = """
UPDATE notices SET of_use_until = least(of_use_until, %(now)s)
WHERE request_id = %(request)s AND state = 'due' AND purpose = %(purpose)s
"""
END_CALLS = "DELETE FROM notices WHERE request_id = %(request)s AND state = 'to_call' AND purpose = %(purpose)s"
# Of a procedure that is confidential as it was last published: for who has the right alone.
SEEN: LiteralString = """r.department = ANY (%(departments)s) AND (%(confidential)s OR NOT (
    SELECT (last.definition ->> 'confidential')::boolean FROM procedures last WHERE last.slug = r.procedure
    ORDER BY last.version DESC LIMIT 1
))"""
LETTERS: LiteralString = f"""
SELECT n.id, n.purpose, n.state, n.created_at, n.proof IS NOT NULL AS printed, r.number,
       p.definition ->> 'title' AS procedure_title, count(*) OVER () AS total
FROM notices n
JOIN requests r ON r.id = n.request_id
JOIN procedures p ON p.slug = r.procedure AND p.version = r.version
WHERE n.state IN ('on_paper', 'to_call') AND {SEEN}
    AND (n.of_use_until IS NULL OR n.of_use_until > %(now)s)
ORDER BY n.created_at, n.id LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 names of ours
LETTERS_WAITING: LiteralString = f"""
SELECT count(*) AS waiting FROM notices n JOIN requests r ON r.id = n.request_id
WHERE n.state IN ('on_paper', 'to_call') AND {SEEN}
    AND (n.of_use_until IS NULL OR n.of_use_until > %(now)s)
"""  # noqa: S608 names of ours
LETTER: LiteralString = f"""
SELECT {OF_NOTICE}, state, created_at, settled_at, proof, 0 AS others, '{{}}'::text[] AS alerts
FROM notices WHERE request_id = %(request)s AND (id = %(id)s OR (%(id)s::uuid IS NULL AND purpose = 'acknowledgement'))
"""  # noqa: S608 names of ours
LETTER_LOCKED = LETTER + "FOR UPDATE"
PRINTED = "UPDATE notices SET proof = %(proof)s WHERE id = %(id)s AND state = 'on_paper'"
DELIVERED = """
UPDATE notices SET state = %(way)s, settled_at = %(now)s, proof = %(proof)s
WHERE id = %(id)s AND state IN ('on_paper', 'to_call')
"""
MAILS: LiteralString = """
SELECT id, request_id, account_id, purpose, COALESCE(settled_at, created_at) AS at, state, proof FROM notices
"""
MAILS_OF_REQUEST: LiteralString = (
    MAILS
    + """
WHERE request_id = %(request)s AND NOT purpose = ANY(%(left_out)s)
    AND (state <> 'to_call' OR of_use_until IS NULL OR of_use_until > %(now)s) ORDER BY created_at
"""
)
MAILS_OF_REQUESTS: LiteralString = (
    MAILS + "WHERE request_id = ANY(%(ids)s) AND NOT purpose = ANY(%(left_out)s) ORDER BY created_at, id"
)
MAILS_OF_ACCOUNT: LiteralString = MAILS + "WHERE account_id = %(account)s ORDER BY created_at, id"
DROP = "DELETE FROM notices WHERE id = %(id)s AND state = 'due'"
DROP_DUE = "DELETE FROM notices WHERE request_id = %(request)s AND purpose = %(purpose)s AND state = 'due'"
DROP_DUE_OF_REQUEST = "DELETE FROM notices WHERE request_id = %(request)s AND state IN ('due', 'on_paper', 'to_call')"
DROP_PROOFS_OF_REQUEST = "UPDATE notices SET proof = NULL WHERE request_id = %(request)s AND proof IS NOT NULL"
DROP_DUE_OF_ACCOUNT = "DELETE FROM notices WHERE account_id = %(account)s AND state = 'due'"
DROP_PROOFS_OF_ACCOUNT = "UPDATE notices SET proof = NULL WHERE account_id = %(account)s AND proof IS NOT NULL"


class Mail(Struct):
    """A mail or letter, and what became of it; `at`: of its last change."""

    id: UUID
    request_id: UUID | None
    account_id: UUID | None
    purpose: str
    at: datetime
    state: str
    proof: bytes | None


def claim(
    conn: Connection, *, now: datetime, until: datetime, until_gathered: datetime, limit: int
) -> list[tuple[Notice, KnownRequest | None]]:
    """Due notices, taken by the caller until `until`, mails that leave together until `until_gathered`; any number of
    senders may claim at the same time."""
    params = {"now": now, "until": until, "until_gathered": until_gathered, "limit": limit}
    claimed = conn.execute(CLAIM, params).fetchall()
    news = [row["id"] for row in claimed if row["purpose"] == Purpose.NEW_REQUEST]
    joined = {row["id"]: row for row in conn.execute(JOINED, {"ids": news})} if news else {}
    return [(notice(row | joined.get(row["id"], {})), request_in(row)) for row in claimed]


def gathered(conn: Connection, gathering: UUID) -> list[tuple[Notice, KnownRequest | None]]:
    """Those put together there that are still due, in the order of what the applicants did."""
    return [(notice(row), request_in(row)) for row in conn.execute(GATHERED, {"gathering": gathering})]


def due_in(conn: Connection, now: datetime) -> float | None:
    """In how many seconds the next notice is due, 0 for one that is; None where none waits."""
    [row] = conn.execute(NEXT_DUE, {"now": now}).fetchall()
    return None if row["seconds"] is None else max(0.0, row["seconds"])


def letter(
    conn: Connection, request_id: UUID, letter_id: UUID | str | None, *, locked: bool = False
) -> StoredLetter | None:
    """None names the acknowledgement."""
    given = {"request": request_id, "id": letter_id}
    row = conn.execute(LETTER_LOCKED if locked else LETTER, given).fetchone()
    if row is None:
        return None
    apart = {name: row[name] for name in ("created_at", "settled_at", "proof")}
    return StoredLetter(notice=notice(row), state=State(row["state"]), **apart)


def waiting(row: DictRow) -> WaitingLetter:
    return WaitingLetter(
        id=str(row["id"]),
        kind=row["purpose"],
        label=LABELS[Purpose(row["purpose"])],
        number=row["number"],
        procedure_title=row["procedure_title"],
        since=row["created_at"].isoformat(),
        printed=row["printed"],
        call=row["state"] == State.TO_CALL,
    )


def opened(tx: Reading, key: UUID | None, proof: bytes | None) -> dict[str, object]:
    """What was kept of a mail or letter; empty where nothing was, or where its key is destroyed."""
    return (tx.open(str(key), proof) or {}) if proof is not None else {}


def notice(row: DictRow) -> Notice:
    columns: dict[str, Any] = {one.name: row[one.name] for one in fields(Notice)}
    columns |= {"purpose": Purpose(row["purpose"]), "alerts": tuple(row["alerts"])}
    return Notice(**columns)
