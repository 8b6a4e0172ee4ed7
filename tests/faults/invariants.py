"""The invariants that hold whatever was killed, cut or silenced, checked from outside once nothing is on its way any more.

I1 acknowledged once and for ever, I2 quota, I3 slots, I4 one order for all, I5 published and applied once, I6 rows equal
to a rebuild, I8 receipts by mail, I9 no dead letter, I10 nothing that people typed lies about, I11 every unknown answer
became a definite one, I12 a decision that waits is carried out once, or never where it is undone.
"""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from services.chassis.bus.deliveries import IN_FLIGHT
from services.chassis.event_store import db
from services.chassis.process import operate
from services.chassis.process.rebuild import Rebuild, rebuild
from services.messaging.notices.rules import message_id
from services.requests.held_decisions.rules import ACCESS_ENDED, FAILED
from tests.faults import deliveries, marks, poison
from tests.faults.client import APPOINTMENT, REMOVAL, SHOWN
from tests.faults.deployment import SERVICES
from tests.faults.load import Load
from tests.faults.partner import read_all
from tests.faults.watched import Watched
from tests.servers.look import number, rows
from tests.support.published import agenda, definition

Json = dict[str, Any]

PLACES = int(definition(REMOVAL)["quota"]["number"])
SLOTS = int(agenda("titres-identite")["capacity"])

CAPACITY = "SELECT stream, type, public FROM events WHERE stream LIKE %s ORDER BY stream, version"
# Filed and not cancelled, with the quota in which each takes a place.
STANDING = """
SELECT s.subject AS id, s.public::json ->> 'quota' AS quota FROM events s
WHERE s.type = 'RequestSubmitted'
    AND NOT EXISTS (SELECT FROM events c WHERE c.stream = s.stream AND c.type = 'RequestCancelled')
"""
RECEIPTS = "SELECT id, request_id FROM notices WHERE purpose = 'acknowledgement'"
# What each decision that waited has caused, and why one was given back.
CAUSED = """
SELECT causation_id AS decision, event_id, public::json ->> 'to_status' AS "to" FROM events WHERE causation_id = ANY(%s)
"""
GIVEN_BACK = "SELECT decision_id::text AS decision, because FROM held_decisions WHERE because IS NOT NULL"
MAILED_OF_STATUS = """
SELECT id, event_id FROM notices WHERE purpose = 'status_changed' AND request_id = ANY(%s)
"""
TABLE = sql.SQL("SELECT (to_jsonb(t) - 'sealed')::text AS row FROM {} t")


def hold(deployment: Watched, load: Load, *, cuts: int, poisoned: bool = False) -> None:
    """All of them; the first that is broken raises with what broke it.

    `cuts`: how often mails may have been cut short; `poisoned`: whether poison was published.
    """
    every_answer_became_definite(load)
    no_process_fell(deployment)
    stream = read_all(deployment.settings)
    what_was_acknowledged_is_there_once(deployment, load)
    no_place_was_given_twice(deployment)
    no_slot_was_given_twice(deployment, load)
    deliveries.every_event_was_published_and_received(deployment, stream)
    deliveries.all_readers_see_one_order(deployment, load, stream)
    every_receipt_was_mailed(deployment, load, cuts)
    every_decision_left_once_or_never(deployment, load)
    poison.nothing_else_is_a_dead_letter(deployment, poisoned=poisoned)
    marks.are_nowhere(deployment, load.mail_domain, stream.bodies)
    the_chains_hold(deployment)
    the_rows_are_those_of_a_rebuild(deployment)


def every_answer_became_definite(load: Load) -> None:
    """I11, and no answer was ever an incident."""
    statuses = Counter(one.status for one in load.tries())
    broken = {status for status in statuses if status is not None and status >= 500 and status != 503}
    assert not broken, f"answers that must not be: {statuses}"
    unknown = [deed for deed in load.deeds if not deed.definite]
    assert not unknown, f"{len(unknown)} never became definite: {unknown[:3]}"
    shown = [deed for deed in load.deeds if deed.kind in SHOWN]
    closed = [deed for deed in shown if not deed.done and (deed.kind, deed.status) != ("page", 503)]
    assert not closed, f"{len(closed)} could not see what is theirs: {closed[:3]}"
    lost = [deed for deed in load.deeds if deed.lost]
    assert not lost, f"{len(lost)} typed something that is neither kept nor given back: {lost[:3]}"
    begun = [deed for deed in load.deeds if deed.kind in ("draft", "log in")]
    refused = [deed for deed in begun if not deed.done]
    assert not refused, f"{len(refused)} were refused what everybody may do: {refused[:3]}"


def no_process_fell(deployment: Watched) -> None:
    """Whatever is away, our processes stay: only those that were killed have ended."""
    fallen, deployment.fallen = deployment.fallen, []
    assert not fallen, fallen


def what_was_acknowledged_is_there_once(deployment: Watched, load: Load) -> None:
    """I1: those acknowledged are exactly those filed since the load began, each under one number."""
    hashes = {one.request_id: one.number for one in load.filed}
    assert len(hashes) == len(load.filed), "one request was acknowledged to two wishes"
    found = rows(
        deployment.settings,
        "requests",
        "SELECT r.request_id::text AS id, r.number FROM requests r JOIN events e ON e.stream = 'request-' || r.request_id "
        "WHERE e.type = 'RequestSubmitted' AND r.request_id = ANY(%s)",
        list(hashes),
    )
    assert {row["id"]: row["number"] for row in found} == hashes
    assert len(found) == len(hashes)
    made = number(
        deployment.settings,
        "requests",
        "SELECT count(*) AS n FROM events WHERE type = 'RequestSubmitted' AND time >= %s",
        load.began_at,
    )
    assert made == len(hashes), f"{made} were filed, {len(hashes)} acknowledged"


def no_place_was_given_twice(deployment: Watched) -> None:
    """I2: at no moment more places than the procedure has; those held are those of requests filed and not cancelled."""
    quota = f"quota-{REMOVAL}-"
    places = _capacity(deployment, f"{quota}%", PLACES, key=lambda _: "place")
    held = {(stream, holder) for stream, live in places.items() for holder in live["place"]}
    filed = {(row["quota"], row["id"]) for row in rows(deployment.settings, "requests", STANDING) if row["quota"]}
    filed = {one for one in filed if one[0].startswith(quota)}
    assert held == filed, f"hold a place, not filed or cancelled: {held - filed}; filed without a place: {filed - held}"


def no_slot_was_given_twice(deployment: Watched, load: Load) -> None:
    """I3: at no moment more bookings than desks; a request has the slot that was acknowledged, no other has any."""
    live: dict[str, set[str]] = defaultdict(set)
    for starts in _capacity(deployment, "day-titres-identite-%", SLOTS, key=lambda event: event["start"]).values():
        for start, holders in starts.items():
            for holder in holders:
                live[holder].add(start)
    standing = {row["id"] for row in rows(deployment.settings, "requests", STANDING)}
    assert live.keys() <= standing, f"hold a slot and are not filed, or are cancelled: {live.keys() - standing}"
    for one in load.filed:
        if one.procedure == APPOINTMENT:
            expected = set() if one.cancelled else {datetime.fromisoformat(str(one.start))}
            assert {datetime.fromisoformat(start) for start in live.get(one.request_id, ())} == expected, one


def _capacity(deployment: Watched, pattern: str, most: int, *, key: Any) -> dict[str, dict[str, set[str]]]:
    """Who holds what at the end, by stream and place; fails where at any moment more than `most` held one."""
    live: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows(deployment.settings, "requests", CAPACITY, pattern):
        event = orjson.loads(row["public"])
        if row["type"] in ("PlaceTaken", "SlotTaken"):
            holders = live[row["stream"]][key(event)]
            holders.add(event["request_id"])
            assert len(holders) <= most, f"{row['stream']}: {len(holders)} hold {key(event)}, {most} may"
        elif row["type"] in ("PlaceReleased", "SlotReleased"):
            live[row["stream"]][key(event)].discard(event["request_id"])
    return live


def every_receipt_was_mailed(deployment: Watched, load: Load, cuts: int) -> None:
    """I8: no receipt is missing; twice came only what was in the sender's hands when it was cut, as the same mail."""
    made = {row["request_id"]: row["id"] for row in rows(deployment.settings, "messaging", RECEIPTS)}
    came = mails_to(deployment, load)
    for one in load.filed:
        receipt = message_id(made[UUID(one.request_id)], deployment.settings.mail_from)
        assert came[one.email, receipt], f"the receipt of {one.number} is missing"
    assert twice(came) <= cuts * IN_FLIGHT, f"{twice(came)} mails came twice, the sender was cut {cuts} times"


def every_decision_left_once_or_never(deployment: Watched, load: Load) -> None:
    """I12: a decision that was acknowledged and not undone changed the status once, with its mail, or is given back because
    the request changed first; one that was undone has left no event, so nothing for partners, and no mail.

    That none waits any more is what `look.drained` waits for.
    """
    caused: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(deployment.settings, "requests", CAUSED, [one.id for one in load.held]):
        caused[row["decision"]].append(row)
    given_back = {row["decision"]: row["because"] for row in rows(deployment.settings, "requests", GIVEN_BACK)}
    assert not {FAILED, ACCESS_ENDED} & set(given_back.values()), f"given back without a reason: {given_back}"
    about = list({UUID(one.about.request_id) for one in load.held})
    made = {row["event_id"]: row["id"] for row in rows(deployment.settings, "messaging", MAILED_OF_STATUS, about)}
    came, mailed = mails_to(deployment, load), set[UUID]()
    for one in load.held:
        events = caused[one.id]
        changes = [event["event_id"] for event in events if event["to"] == one.to]
        left = not one.undone and one.id not in given_back
        assert (len(changes), bool(events)) == (left, left), f"{one} caused {events}"
        assert not (one.undone and one.id in given_back), f"{one} was undone, and is kept"
        if left and one.mailed:
            [change] = changes
            assert change in made, f"{one} mailed nothing"
            mail = message_id(made[change], deployment.settings.mail_from)
            assert came[one.about.email, mail], f"the mail of {one} is missing"
            mailed.add(change)
    assert made.keys() == mailed, f"mailed without a decision: {made.keys() - mailed}"


def mails_to(deployment: Watched, load: Load) -> Counter[tuple[str, str]]:
    """How often each mail came to the people of this load, by address and Message-ID."""
    mine = {one.email for one in load.filed}
    mails = [(mail.recipients[0], str(mail.message["Message-ID"])) for mail in list(deployment.mailbox.mails)]
    return Counter(mail for mail in mails if mail[0] in mine)


def twice(came: Counter[tuple[str, str]]) -> int:
    """How many mails too many came."""
    return came.total() - len(came)


def the_chains_hold(deployment: Watched) -> None:
    """Every hash and every number of every service."""
    for service in SERVICES:
        found = operate.verify(deployment.settings, service)
        assert found.sound, f"{service}: {found}"


def the_rows_are_those_of_a_rebuild(deployment: Watched) -> None:
    """I6: of every service, row by row and sum by sum, but for what is sealed anew each time."""
    for service in SERVICES:
        with db.connect(deployment.settings.owner_database(service), "parvis-tests") as conn:
            tables = Rebuild(deployment.settings, service, conn).tables
        before = _shown(deployment, service, tables)
        rebuild(deployment.settings, service)
        after = _shown(deployment, service, tables)
        for table in tables:
            gone, come = before[table] - after[table], after[table] - before[table]
            unlike = f"{gone.total()} rows are not as rebuilt: {_unlike(gone, come)}"
            assert not gone and not come, f"{table} of {service}: {unlike}"


def _shown(deployment: Watched, service: str, tables: list[str]) -> dict[str, Counter[str]]:
    with db.connect(deployment.settings.owner_database(service), "parvis-tests", statement_timeout="0") as conn:
        found = {table: conn.execute(TABLE.format(sql.Identifier(table))).fetchall() for table in tables}
    return {table: Counter(row["row"] for row in shown if not is_empty(row["row"])) for table, shown in found.items()}


def is_empty(row: str) -> bool:
    """A sum that has come to count nothing: a rebuild makes none."""
    return orjson.loads(row).get("requests") == 0


def _unlike(gone: Counter[str], come: Counter[str]) -> str:
    """How the first of these rows differs from the row that is most like it; says what was there, then what is now."""
    if not gone or not come:
        return f"{list(gone)[:1]} became {list(come)[:1]}"
    was: Json = orjson.loads(min(gone))
    now: Json = max(map(orjson.loads, come), key=lambda row: sum(was[name] == row[name] for name in was))
    return str({name: (was[name], now[name]) for name in was if was[name] != now[name]} | {"row": was})
