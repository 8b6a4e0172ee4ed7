"""What operators do with a service's events: verify them, publish them again, list, retry and dismiss those that failed."""

from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

from services.chassis.bus import undecodable
from services.chassis.errors import Invalid
from services.chassis.event_store import chain, db
from services.chassis.event_store.events import types_of
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.signals import NOTIFY
from services.chassis.settings import Settings

SHOWN = 20

EVENTS: LiteralString = """
SELECT stream, version, event_id, type, type_version, subject, time, public, sealed, key_id, correlation_id, causation_id,
    shared, hash
FROM events ORDER BY stream, version
"""
MISNUMBERED: LiteralString = """
SELECT stream, version FROM (
    SELECT e.stream, e.version, row_number() OVER (PARTITION BY e.stream ORDER BY p.position) AS place
    FROM positions p JOIN events e ON e.event_id = p.event_id
) numbered WHERE version <> place ORDER BY stream, version
"""
NUMBERS: LiteralString = """
SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM positions) AS numbered,
    (SELECT coalesce(max(position), 0) FROM positions) AS last, (SELECT count(*) FROM outbox) AS waiting,
    (SELECT max(position) FROM marks) AS published,
    (SELECT count(*) FROM positions p LEFT JOIN events e ON e.event_id = p.event_id WHERE e.event_id IS NULL) AS lost
"""
REPUBLISH: LiteralString = """
UPDATE marks SET position = LEAST(position, %(mark)s) WHERE name IN ('published', 'partners')
RETURNING (SELECT coalesce(max(position), 0) FROM positions) AS last
"""
DEAD: LiteralString = """
SELECT event_id, source, type, subject, position, reason, tries, parked_at, dead_at, next_try, body
FROM parked WHERE event_id = coalesce(%(event_id)s::uuid, event_id) ORDER BY parked_at, position
"""
RETRY: LiteralString = """
UPDATE parked SET dead_at = NULL, tries = 0, next_try = now() WHERE event_id = %(event_id)s RETURNING event_id
"""

# Another process may try it at this moment: then it is waited for, and what took effect is no longer there.
DISMISS: LiteralString = """
WITH gone AS (DELETE FROM parked WHERE event_id = %(event_id)s RETURNING *)
INSERT INTO dismissed (letter, source, type, subject, failure, tries, body, reason, dismissed_by)
SELECT event_id::text, source, type, subject, reason, tries, body, %(why)s, %(by)s FROM gone RETURNING letter
"""
DISMISS_UNREAD: LiteralString = """
INSERT INTO dismissed (letter, source, type, failure, reason, dismissed_by)
VALUES (%(id)s, %(source)s, %(type)s, %(reason)s, %(why)s, %(by)s)
"""
DISMISSED: LiteralString = """
SELECT letter, source, type, subject, failure, tries, reason, dismissed_by, dismissed_at FROM dismissed ORDER BY id
"""


@dataclass
class Verified:
    """What a walk along all chains of a service found; `broken` names streams and versions, the first of them."""

    events: int = 0
    streams: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.broken

    def __str__(self) -> str:
        walked = f"{_several(self.events, 'événement')}, {_several(self.streams, 'suite')} d’événements"
        if self.sound:
            return f"{walked}, tout est intact"
        return f"{walked}, CHAÎNE ROMPUE : {', '.join(self.broken[:SHOWN])}"


def _several(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}"


def verify(settings: Settings, service: str) -> Verified:
    """Recomputes every hash, counts every number, compares what partners may receive with the code; writing may go on meanwhile.

    A changed or inserted row shows, and a removed one but for this: the last events of streams that were removed with their
    positions and the marks of what was published show only to those who have read them. Numbers are given outside the chain: those
    that two streams have exchanged show only where the order of a stream breaks.
    """
    load_registrations(service)
    public = {kind.name for kind in types_of(service) if kind.public}
    found = Verified()
    with (
        db.connect(settings.database(service), "parvis-verify", **PATIENT) as conn,
        conn.transaction(),
        conn.cursor(name="chains") as rows,
    ):
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        stream, version, previous = "", 0, b""
        rows.itersize = 2000
        for row in rows.execute(EVENTS):
            if row["stream"] != stream:
                stream, version, previous = row["stream"], 0, b""
                found.streams += 1
            version += 1
            expected = chain.link(previous, version, chain.digest_of(row))
            if row["version"] != version or bytes(row["hash"]) != expected:
                found.broken.append(f"{stream} version {row['version']}")
                version = row["version"]
            if row["shared"] != (row["type"] in public):
                wrongly = "montré" if row["shared"] else "caché"
                found.broken.append(f"{row['stream']} version {row['version']} (à tort {wrongly} aux partenaires)")
            previous = bytes(row["hash"])
            found.events += 1
        found.broken += _numbers(conn)
    return found


PATIENT: dict[str, str] = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}


def _numbers(conn: db.Connection) -> list[str]:
    counted = conn.execute(NUMBERS).fetchall()[0]
    faults = [
        f"{row['stream']} version {row['version']} (numéro d’un autre)" for row in conn.execute(MISNUMBERED).fetchall()
    ]
    if counted["last"] != counted["numbered"]:
        faults.append(f"il manque {_several(counted['last'] - counted['numbered'], 'position')}")
    if counted["published"] > counted["last"]:
        faults.append(f"la fin manque : annoncé jusqu’à {counted['published']}, conservé jusqu’à {counted['last']}")
    if counted["lost"]:
        faults.append(f"{_several(counted['lost'], 'position')} sans événement")
    if counted["numbered"] - counted["lost"] + counted["waiting"] != counted["events"]:
        faults.append("des événements ne sont ni numérotés ni en attente")
    return faults


class PositionTooLow(Invalid):
    code = "invalid"
    message = "Les positions commencent à 1."


def republish(settings: Settings, service: str, position: int) -> int:
    """Publishes everything from this position on again, to services and partners; returns how many events that is.

    A consumer that has applied an event already leaves it. The relay begins within a second. Raises PositionTooLow.
    """
    if position < 1:
        raise PositionTooLow
    with db.connect(settings.database(service), "parvis-republish") as conn:
        last = conn.execute(REPUBLISH, {"mark": position - 1}).fetchall()[0]["last"]
        conn.execute(NOTIFY)
    return max(0, last - position + 1)


def dead_letters(settings: Settings, service: str) -> list[dict[str, Any]]:
    """What this service received and could not apply, oldest first: those still tried, and those given up (`dead_at`)."""
    with db.connect(settings.database(service), "parvis-dead-letters") as conn:
        return conn.execute(DEAD, {"event_id": None}).fetchall()


def dead_letter(settings: Settings, service: str, event_id: str) -> dict[str, Any]:
    """One of them with its body, which holds no personal data; raises NoSuchMessage."""
    return _of_one(settings, service, DEAD, event_id)


def retry_dead_letter(settings: Settings, service: str, event_id: str) -> None:
    """Has it tried again within half a minute, and as often as a new one; raises NoSuchMessage."""
    _of_one(settings, service, RETRY, event_id)


def dismiss_dead_letter(settings: Settings, service: str, event_id: str, *, why: str, by: str) -> None:
    """Takes it out for good, whether it is still tried or dead; what waits behind it in its subject goes on.

    Raises ReasonMissing, NoSuchMessage.
    """
    _of_one(settings, service, DISMISS, event_id, why=_why(why), by=by)


def dismiss_unread(settings: Settings, service: str, id: str, *, why: str, by: str) -> None:
    """The same for a message that nothing could read: it leaves the queue once the journal has it.

    Raises ReasonMissing, NoSuchMessage, BrokerUnavailable.
    """
    reason = _why(why)
    with (
        undecodable.taken_out(settings, service, id) as letter,
        db.connect(settings.database(service), "parvis-dead-letters") as conn,
    ):
        conn.execute(DISMISS_UNREAD, {**vars(letter), "why": reason, "by": by})


def dismissed(settings: Settings, service: str) -> list[dict[str, Any]]:
    """The journal of what was dismissed, oldest first."""
    with db.connect(settings.database(service), "parvis-dead-letters") as conn:
        return conn.execute(DISMISSED).fetchall()


class ReasonMissing(Invalid):
    code = "invalid"
    message = 'Dites pourquoi : --reason "…". Le motif est gardé.'


def _why(typed: str) -> str:
    why = " ".join(typed.split())
    if not why:
        raise ReasonMissing
    return why


def _of_one(settings: Settings, service: str, statement: LiteralString, event_id: str, **values: str) -> dict[str, Any]:
    """The row that the statement gives of that dead letter; raises NoSuchMessage."""
    try:
        known = {**values, "event_id": UUID(event_id)}
    except ValueError:
        raise undecodable.NoSuchMessage from None
    with db.connect(settings.database(service), "parvis-dead-letters") as conn:
        if found := conn.execute(statement, known).fetchone():
            return found
    raise undecodable.NoSuchMessage
