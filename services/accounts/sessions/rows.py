"""Sessions, log-ins and challenges: their rows and the statements that read and write them."""

from datetime import date, datetime
from uuid import UUID

from services.accounts.sessions.rules import LOG_INS_KEPT, WARNED_BEFORE
from services.accounts.town.rules import IDLE_MINUTES
from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

MOST_SHOWN = 100

# One statement: a log-in stays cheap.
OPEN = """
WITH opened AS (
    INSERT INTO sessions (digest, person_id, opened_at, seen_at, ends_at, device)
    VALUES (%(digest)s, %(person_id)s, %(now)s, %(now)s, %(ends_at)s, %(device)s)
), used AS (
    UPDATE accounts SET last_used_at = %(now)s, closes_on = NULL, warned_days = NULL WHERE account_id = %(person_id)s
)
INSERT INTO log_ins (person_id, at, device) VALUES (%(person_id)s, %(now)s, %(device)s)
"""
# Everything that a page needs to know of who asks, in one round trip: the sealed name comes with its wrapped key.
SESSION = """
SELECT p.person_id, p.kind, s.seen_at, s.ends_at, k.wrapped, a.profile,
       coalesce(g.function, '') AS function, coalesce(g.role, '') AS role,
       coalesce(g.departments, '{}') AS departments, coalesce(g.permissions, '{}') AS permissions,
       coalesce(t.idle_minutes, %(idle_minutes)s) AS idle_minutes
FROM sessions AS s
JOIN people AS p ON p.person_id = s.person_id AND p.active
LEFT JOIN accounts AS a ON a.account_id = s.person_id
LEFT JOIN agents AS g ON g.agent_id = s.person_id
LEFT JOIN keys AS k ON k.key_id = s.person_id::text
LEFT JOIN town AS t ON true
WHERE s.digest = %(digest)s
"""
END_OF_PERSON = "DELETE FROM sessions WHERE person_id = %(person_id)s AND digest <> %(kept)s RETURNING digest"
END_CHALLENGES_OF_PERSON = "DELETE FROM challenges WHERE person_id = %(person_id)s"
SEEN = "UPDATE sessions SET seen_at = greatest(seen_at, %(now)s) WHERE digest = %(digest)s"
END = "DELETE FROM sessions WHERE digest = %(digest)s RETURNING digest"
FORGET_SESSIONS = """
DELETE FROM sessions WHERE ends_at <= %(now)s OR seen_at + make_interval(mins => coalesce(
    (SELECT idle_minutes FROM town), %(idle_minutes)s)) + %(warned_before)s <= %(now)s
"""

ADD_CHALLENGE = """
INSERT INTO challenges (digest, person_id, expires_at) VALUES (%(digest)s, %(person_id)s, %(expires_at)s)
"""
CHALLENGE = """
SELECT h.person_id, h.tries, h.expires_at, g.details, g.last_step
FROM challenges AS h JOIN agents AS g ON g.agent_id = h.person_id
JOIN credentials AS c ON c.person_id = h.person_id AND c.active
WHERE h.digest = %(digest)s FOR UPDATE OF h, g
"""
COUNT_CHALLENGE = "UPDATE challenges SET tries = tries + 1 WHERE digest = %(digest)s"
END_CHALLENGE = "DELETE FROM challenges WHERE digest = %(digest)s"
FORGET_CHALLENGES = "DELETE FROM challenges WHERE expires_at <= %(now)s"

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
FORGET_LOG_INS = (
    "DELETE FROM log_ins WHERE at <= %(until)s",
    "DELETE FROM refused_log_ins WHERE day <= %(until)s::date",
)
FORGET_REFUSED_OF = "DELETE FROM refused_log_ins WHERE person_id = %(person_id)s"


class ShownSession(Struct):
    session_id: UUID
    digest: str
    device: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    idle_minutes: int


class LogIn(Struct):
    at: datetime
    device: str


class Refused(Struct):
    day: date
    times: int


class Session(Struct):
    person_id: UUID
    kind: str
    seen_at: datetime
    ends_at: datetime
    wrapped: bytes | None
    profile: bytes | None  # citizens
    function: str  # agents, as the rest
    role: str
    departments: list[str]
    permissions: list[str]
    idle_minutes: int


class Challenge(Struct):
    person_id: UUID
    tries: int
    expires_at: datetime
    details: bytes
    last_step: int


def open_session(
    conn: Connection, digest: str, person_id: UUID, now: datetime, ends_at: datetime, *, device: str = ""
) -> None:
    """The session, and the line of it among the person's log-ins; a citizen's space is used again."""
    conn.execute(OPEN, {"digest": digest, "person_id": person_id, "now": now, "ends_at": ends_at, "device": device})


def session_of(conn: Connection, digest: str) -> Session | None:
    return fetch_one(conn, Session, SESSION, {"digest": digest, "idle_minutes": IDLE_MINUTES})


def end_sessions_of(conn: Connection, person_id: UUID, *, kept: str = "") -> list[str]:
    """The digests of those that there were, but for the one that is kept; a log-in that waits for its code is over too."""
    conn.execute(END_CHALLENGES_OF_PERSON, {"person_id": person_id})
    ended = conn.execute(END_OF_PERSON, {"person_id": person_id, "kept": kept}).fetchall()
    return sorted(row["digest"] for row in ended)


def open_sessions(conn: Connection, person_id: UUID) -> list[ShownSession]:
    """The last used first; among them may be some that are over and not yet swept."""
    params = {"person_id": person_id, "idle_minutes": IDLE_MINUTES, "most": MOST_SHOWN}
    return fetch_all(conn, ShownSession, OPEN_SESSIONS, params)


def log_ins(conn: Connection, person_id: UUID, since: datetime, most: int | None) -> list[LogIn]:
    """The newest first; all of them without `most`."""
    return fetch_all(conn, LogIn, LOG_INS, {"person_id": person_id, "since": since, "most": most})


def refused_log_ins(conn: Connection, person_id: UUID, since: date) -> list[Refused]:
    return fetch_all(conn, Refused, REFUSED, {"person_id": person_id, "since": since})


def end_one(conn: Connection, person_id: UUID, id: UUID) -> str | None:
    """The digest of the session that was ended; None where it is not one of this person's."""
    row = conn.execute(END_ONE, {"person_id": person_id, "id": id}).fetchone()
    return row["digest"] if row else None


def end_session(conn: Connection, digest: str) -> bool:
    """False when there was none."""
    return conn.execute(END, {"digest": digest}).fetchone() is not None


def challenge_of(conn: Connection, digest: str) -> Challenge | None:
    """Locks the challenge and its agent: of two equal codes sent at once, one opens."""
    return fetch_one(conn, Challenge, CHALLENGE, {"digest": digest})


def sweep(conn: Connection, now: datetime) -> None:
    conn.execute(FORGET_SESSIONS, {"now": now, "idle_minutes": IDLE_MINUTES, "warned_before": WARNED_BEFORE})
    conn.execute(FORGET_CHALLENGES, {"now": now})
    for statement in FORGET_LOG_INS:
        conn.execute(statement, {"until": now - LOG_INS_KEPT})
