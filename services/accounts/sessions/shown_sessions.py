"""What a person sees of their own sessions and log-ins: the statements that read them, end them and drop what is old."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row

from services.accounts.sessions.rules import LOG_INS_KEPT
from services.accounts.town.rules import IDLE_MINUTES
from services.chassis.event_store.db import Rows

MOST_SHOWN = 100

OPEN_SESSIONS = """
SELECT s.session_id, s.digest, s.device, s.opened_at, s.seen_at, s.ends_at,
       coalesce(t.idle_minutes, %(idle_minutes)s) AS idle_minutes
FROM sessions AS s LEFT JOIN town AS t ON true
WHERE s.person_id = %(person_id)s ORDER BY s.seen_at DESC, s.digest LIMIT %(most)s
"""
LOG_INS = """
SELECT at, device FROM log_ins WHERE person_id = %(person_id)s AND at > %(since)s ORDER BY at DESC LIMIT %(most)s
"""
REFUSED = """
SELECT day, times FROM refused_log_ins WHERE person_id = %(person_id)s AND day > %(since)s ORDER BY day DESC
"""
COUNT_REFUSED = """
INSERT INTO refused_log_ins AS r (person_id, day, times) VALUES (%(person_id)s, %(day)s, 1)
ON CONFLICT (person_id, day) DO UPDATE SET times = r.times + 1
"""
END_ONE = "DELETE FROM sessions WHERE person_id = %(person_id)s AND session_id = %(id)s RETURNING digest"
END_OTHERS = "DELETE FROM sessions WHERE person_id = %(person_id)s AND digest <> %(kept)s RETURNING digest"
FORGET = (
    "DELETE FROM log_ins WHERE at <= %(until)s",
    "DELETE FROM refused_log_ins WHERE day <= %(until)s::date",
)
FORGET_REFUSED_OF = "DELETE FROM refused_log_ins WHERE person_id = %(person_id)s"


@dataclass(frozen=True, kw_only=True)
class ShownSession:
    session_id: UUID
    digest: str
    device: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    idle_minutes: int


@dataclass(frozen=True, kw_only=True)
class LogIn:
    at: datetime
    device: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    day: date
    times: int


def open_sessions(conn: Rows, person_id: UUID) -> list[ShownSession]:
    """The last used first; among them may be some that are over and not yet swept."""
    params = {"person_id": person_id, "idle_minutes": IDLE_MINUTES, "most": MOST_SHOWN}
    with conn.cursor(row_factory=class_row(ShownSession)) as cursor:
        return cursor.execute(OPEN_SESSIONS, params).fetchall()


def log_ins(conn: Rows, person_id: UUID, since: datetime, most: int | None) -> list[LogIn]:
    """The newest first; all of them without `most`."""
    with conn.cursor(row_factory=class_row(LogIn)) as cursor:
        return cursor.execute(LOG_INS, {"person_id": person_id, "since": since, "most": most}).fetchall()


def refused_log_ins(conn: Rows, person_id: UUID, since: date) -> list[Refused]:
    with conn.cursor(row_factory=class_row(Refused)) as cursor:
        return cursor.execute(REFUSED, {"person_id": person_id, "since": since}).fetchall()


def count_refused(conn: Rows, person_id: UUID, day: date) -> None:
    conn.execute(COUNT_REFUSED, {"person_id": person_id, "day": day})


def end_one(conn: Rows, person_id: UUID, id: UUID) -> str | None:
    """The digest of the session that was ended; None where it is not one of this person's."""
    row = conn.execute(END_ONE, {"person_id": person_id, "id": id}).fetchone()
    return row["digest"] if row else None


def end_others(conn: Rows, person_id: UUID, kept: str) -> list[str]:
    """The digests of the sessions that were ended: all but the one of the digest `kept`."""
    rows = conn.execute(END_OTHERS, {"person_id": person_id, "kept": kept}).fetchall()
    return sorted(row["digest"] for row in rows)


def forget_refused_of(conn: Rows, person_id: UUID) -> None:
    conn.execute(FORGET_REFUSED_OF, {"person_id": person_id})


def sweep(conn: Rows, now: datetime) -> None:
    for statement in FORGET:
        conn.execute(statement, {"until": now - LOG_INS_KEPT})
