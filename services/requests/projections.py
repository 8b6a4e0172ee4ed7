"""Events into the rows that lists, access checks and timers read. Each writes rows of its own stream only, but for the
ends that an approved list names, which the request notes when it is erased."""

from datetime import date, timedelta
from typing import LiteralString

from services.chassis.contracts import Json, to_json
from services.chassis.event_store.events import Event, Recorded
from services.chassis.event_store.projections import projection
from services.chassis.event_store.transaction import Transaction
from services.requests.capacity import rules as capacity
from services.requests.forms import applicant
from services.requests.request import events as e, numbers, reminders
from services.requests.retention import rows as retention_rows, rules as elimination
from services.requests.schemas.statuses import Status
from services.townhall.town_time import start_of_day

INSERT_REQUEST: LiteralString = """
INSERT INTO requests (
    request_id, number, procedure, version, area, department, channel, status, closed, submitted_at, due_on, implicit_on,
    implicit_effect, agenda, attached, account_id, email_hash, filed_by, alert, generation_since, sealed
) VALUES (
    %(request_id)s, %(number)s, %(procedure)s, %(version)s, %(area)s, %(department)s, %(channel)s, %(status)s, false,
    %(submitted_at)s, %(due_at)s, %(implicit_on)s, %(implicit_effect)s, %(agenda)s, %(account)s, %(owner)s,
    %(email_hash)s, %(filed_by)s, %(alert)s, %(submitted_at)s, %(sealed)s
)
"""

INSERT_CELL: LiteralString = "INSERT INTO request_cells (request_id, cell) VALUES (%(request_id)s, %(cell)s)"

INSERT_WORDS: LiteralString = """
WITH words AS (INSERT INTO request_words (token, request_id) SELECT unnest(%(words)s::bytea[]), %(request_id)s)
INSERT INTO number_parts (part, rest, request_id)
SELECT part, rest, %(request_id)s FROM unnest(%(parts)s::text[], %(rests)s::text[]) AS p(part, rest)
"""

CHANGE_STATUS: LiteralString = """
WITH ended AS (DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s AND %(closed)s)
UPDATE requests SET status = %(to_status)s, closed = %(closed)s,
    closed_at = CASE WHEN %(closed)s THEN %(recorded_at)s ELSE NULL END,
    due_on = %(due_at)s, implicit_on = %(implicit_on)s, implicit_effect = %(implicit_effect)s,
    implicit_reached = implicit_reached AND implicit_on IS NOT DISTINCT FROM %(implicit_on)s
        AND implicit_effect IS NOT DISTINCT FROM %(implicit_effect)s,
    documents_deadline = %(deadline)s, documents_reminder_on = %(reminder_on)s,
    awaited_documents = nullif(%(missing_documents)s::text[], '{}')
WHERE request_id = %(request_id)s
"""

APPOINT: LiteralString = """
UPDATE requests SET appointment_at = %(starts_at)s, appointment_since = %(recorded_at)s WHERE request_id = %(request_id)s
"""

MOVE_APPOINTMENT: LiteralString = (
    "WITH ended AS (DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s)"  # noqa: S608 written here
    + APPOINT
)

UPDATES: dict[type[Event], LiteralString] = {
    e.RequestAttached: "UPDATE requests SET attached = true, account_id = %(owner)s WHERE request_id = %(request_id)s",
    e.RequestDetached: "UPDATE requests SET attached = false, account_id = NULL WHERE request_id = %(request_id)s",
    e.RequestAssigned: """
UPDATE requests SET assignee = %(assignee)s, assignee_name = coalesce(%(assignee_name)s, '')
WHERE request_id = %(request_id)s
""",
    e.ImplicitDecisionReached: "UPDATE requests SET implicit_reached = true WHERE request_id = %(request_id)s",
    # It is work to do: marked in the list, before what is not.
    e.AttestationRequested: """
UPDATE requests SET alert_without_attestation = alert, alert = true
WHERE request_id = %(request_id)s AND alert_without_attestation IS NULL
""",
    e.AttestationGiven: """
UPDATE requests SET alert = alert_without_attestation, alert_without_attestation = NULL
WHERE request_id = %(request_id)s AND alert_without_attestation IS NOT NULL
""",
    e.ErasureRequested: "UPDATE requests SET erasure = 'asked' WHERE request_id = %(request_id)s",
    e.ErasureAnswered: """
UPDATE requests SET erasure = CASE WHEN %(accepted)s THEN 'accepted' ELSE 'refused' END WHERE request_id = %(request_id)s
""",
    # A list shows the number and the dates; nothing in it leads to a person any more, not even a search.
    e.RequestErased: """
WITH words AS (DELETE FROM request_words WHERE request_id = %(request_id)s),
unread AS (DELETE FROM unread_exchanges WHERE request_id = %(request_id)s),
placed AS (DELETE FROM request_cells WHERE request_id = %(request_id)s),
ended AS (DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s),
approved AS (UPDATE approved_ends SET erased = true WHERE request_id = %(request_id)s)
UPDATE requests SET erased = true, archived = true, attached = false, account_id = NULL, email_hash = '', filed_by = '',
    unread_citizen = 0, unread_town = 0, assignee_name = '', alert = false, alert_without_attestation = NULL, sealed = ''
WHERE request_id = %(request_id)s
""",
    e.RequestCancelled: f"""
WITH ended AS (DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s)
UPDATE requests SET status = '{Status.CANCELLED.value}', closed = true, closed_at = %(recorded_at)s, archived = true,
    documents_deadline = NULL, awaited_documents = NULL
WHERE request_id = %(request_id)s
""",  # noqa: S608 a name of ours
    e.RequestArchived: "UPDATE requests SET archived = true WHERE request_id = %(request_id)s",
    e.TrackingLinkRenewed: """
UPDATE requests SET generation = %(generation)s, generation_since = %(recorded_at)s WHERE request_id = %(request_id)s
""",
    e.AppointmentBooked: APPOINT,
    e.AppointmentRescheduled: MOVE_APPOINTMENT,
    e.AppointmentCancelled: """
WITH ended AS (
    DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s AND starts_at = %(starts_at)s
)
UPDATE requests SET appointment_at = NULL WHERE request_id = %(request_id)s AND appointment_at = %(starts_at)s
""",
    e.AppointmentReminderDue: "UPDATE requests SET appointment_since = %(recorded_at)s WHERE request_id = %(request_id)s",
    e.EarlierSlotWanted: """
INSERT INTO earlier_slots_wanted (request_id, agenda, starts_at, not_before)
VALUES (%(request_id)s, %(agenda)s, %(starts_at)s, %(not_before)s)
ON CONFLICT (request_id) DO UPDATE SET agenda = excluded.agenda, starts_at = excluded.starts_at,
    not_before = excluded.not_before
""",
    e.EarlierSlotUnwanted: "DELETE FROM earlier_slots_wanted WHERE request_id = %(request_id)s",
    e.DocumentsReminderDue: "UPDATE requests SET documents_reminder_on = NULL WHERE request_id = %(request_id)s",
    e.ExchangeAdded: """
WITH added AS (
    INSERT INTO unread_exchanges (exchange_id, request_id, direction)
    VALUES (%(exchange_id)s, %(request_id)s, %(direction)s) ON CONFLICT DO NOTHING RETURNING direction
)
UPDATE requests SET unread_town = unread_town + (SELECT count(*) FROM added WHERE direction = 'to_town'),
    unread_citizen = unread_citizen + (SELECT count(*) FROM added WHERE direction = 'to_citizen')
WHERE request_id = %(request_id)s
""",
    e.ExchangeRead: """
WITH opened AS (DELETE FROM unread_exchanges WHERE exchange_id = %(exchange_id)s RETURNING direction)
UPDATE requests SET unread_town = unread_town - (SELECT count(*) FROM opened WHERE direction = 'to_town'),
    unread_citizen = unread_citizen - (SELECT count(*) FROM opened WHERE direction = 'to_citizen')
WHERE request_id = %(request_id)s
""",
}
"""What an event changes in the rows of its request. Values: the fields of the event, `request_id`, `recorded_at`."""

FREE_OTHER_HOLD: LiteralString = """
DELETE FROM slot_uses WHERE agenda = %(agenda)s AND start >= %(first)s AND start < %(last)s
    AND request_id = %(request_id)s AND until IS NOT NULL
"""

USE_SLOT: LiteralString = """
INSERT INTO slot_uses (agenda, start, request_id, until) VALUES (%(agenda)s, %(start)s, %(request_id)s, %(until)s)
ON CONFLICT (agenda, start, request_id) DO UPDATE SET until = excluded.until
"""

FREE_SLOT: LiteralString = """
DELETE FROM slot_uses WHERE agenda = %(agenda)s AND start = %(start)s AND request_id = %(request_id)s
"""


@projection(e.RequestSubmitted, tables=("requests", "request_words", "number_parts", "request_cells"))
def show_submitted(tx: Transaction, recorded: Recorded[e.RequestSubmitted]) -> None:
    event, request_id = recorded.event, recorded.subject
    index = event.index or e.Index(email="", filed_by="", words=[])
    shown: Json = {
        "applicant_name": applicant.full_name(event.applicant or {}),
        "member_name": applicant.full_name(event.member) if event.member else "",
        "email": (event.applicant or {}).get("email", ""),
        "reception": event.reception,
        "point": to_json(event.point) if event.point else None,
    }
    tx.conn.execute(
        INSERT_REQUEST,
        _values(recorded)
        | {
            "email_hash": index.email,
            "filed_by": index.filed_by,
            "sealed": tx.seal(request_id, shown) if recorded.readable else b"",  # a rebuild meets destroyed keys
        },
    )
    words = [bytes.fromhex(word) for word in index.words]
    parts = numbers.parts(event.number)
    found_by: Json = {"request_id": request_id, "words": words}
    found_by |= {"parts": [part for part, _ in parts], "rests": [rest for _, rest in parts]}
    tx.conn.execute(INSERT_WORDS, found_by)
    if index.cell:
        tx.conn.execute(INSERT_CELL, {"request_id": request_id, "cell": bytes.fromhex(index.cell)})


@projection(e.RequestStatusChanged, tables=("requests", "earlier_slots_wanted"))
def show_status(tx: Transaction, recorded: Recorded[e.RequestStatusChanged]) -> None:
    reminder_on = reminders.day_of_documents(recorded.event.deadline, recorded.time)
    tx.conn.execute(CHANGE_STATUS, {**_values(recorded), "reminder_on": reminder_on})


@projection(
    *UPDATES,
    tables=(
        *("requests", "request_words", "request_cells", "unread_exchanges", "earlier_slots_wanted", "approved_ends"),
    ),
)
def update_request(tx: Transaction, recorded: Recorded[Event]) -> None:
    tx.conn.execute(UPDATES[type(recorded.event)], _values(recorded))


def _values(recorded: Recorded[Event]) -> Json:
    event = recorded.event
    dated = isinstance(event, e.RequestSubmitted | e.RequestStatusChanged)
    implicit = event.implicit_decision if dated else None
    return {
        **vars(event),
        "implicit_on": implicit.at if implicit else None,
        "implicit_effect": implicit.effect if implicit else None,
        "request_id": recorded.subject,
        "recorded_at": recorded.time,
    }


@projection(elimination.EliminationListDrawn, tables=("eliminations",))
def show_list(tx: Transaction, recorded: Recorded[elimination.EliminationListDrawn]) -> None:
    retention_rows.add_list(tx, recorded.subject, recorded.time, len(recorded.event.lines))


@projection(elimination.EliminationApproved, tables=("eliminations", "approved_ends"))
def show_approved(tx: Transaction, recorded: Recorded[elimination.EliminationApproved]) -> None:
    retention_rows.approve(tx, recorded.subject, recorded.time, recorded.event.requests)


@projection(capacity.SlotHeld, capacity.SlotTaken, capacity.SlotReleased, tables=("slot_uses",))
def show_slot(tx: Transaction, recorded: Recorded[capacity.DayEvent]) -> None:
    """The stream, `day-<agenda>-<YYYY-MM-DD>`, names the agenda and the day of the slot."""
    event, name = recorded.event, recorded.stream.removeprefix("day-")
    day = date.fromisoformat(name[-len("YYYY-MM-DD") :])
    use: Json = {
        "agenda": name[: -len("-YYYY-MM-DD")],
        "first": start_of_day(day),
        "last": start_of_day(day + timedelta(days=1)),
        "request_id": event.request_id,
        "start": event.start,
        "until": event.until if isinstance(event, capacity.SlotHeld) else None,
    }
    if isinstance(event, capacity.SlotReleased):
        tx.conn.execute(FREE_SLOT, use)
    else:
        tx.conn.execute(FREE_OTHER_HOLD, use)
        tx.conn.execute(USE_SLOT, use)
