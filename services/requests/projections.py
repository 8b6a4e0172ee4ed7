"""Events into the rows that lists, access checks and timers read. Each writes rows of its own stream only, but for the
ends that an approved list names, which the request notes when it is erased."""

from datetime import date, timedelta
from typing import Any, LiteralString

from services.chassis.event_store.events import Recorded
from services.chassis.event_store.projections import projection
from services.chassis.event_store.transaction import Transaction
from services.requests.capacity import rules as capacity
from services.requests.forms import applicant
from services.requests.request import events as e
from services.requests.request import numbers, reminders
from services.requests.request.state import Erasure
from services.requests.retention import rows as retention_rows
from services.requests.retention import rules as elimination
from services.townhall.town_time import start_of_day

INSERT_REQUEST: LiteralString = """
INSERT INTO requests (
    request_id, number, procedure, version, area, department, channel, status, closed, submitted_at, due_on, implicit_on,
    implicit_effect, agenda, attached, account_id, email_hash, filed_by, alert, generation_since, sealed
) VALUES (
    %(request_id)s, %(number)s, %(procedure)s, %(version)s, %(area)s, %(department)s, %(channel)s, %(status)s, false,
    %(submitted_at)s, %(due_on)s, %(implicit_on)s, %(implicit_effect)s, %(agenda)s, %(attached)s, %(account_id)s,
    %(email_hash)s, %(filed_by)s, %(alert)s, %(submitted_at)s, %(sealed)s
)
"""

INSERT_WORDS: LiteralString = """
WITH words AS (INSERT INTO request_words (token, request_id) SELECT unnest(%(words)s::bytea[]), %(request_id)s)
INSERT INTO number_parts (part, rest, request_id)
SELECT part, rest, %(request_id)s FROM unnest(%(parts)s::text[], %(rests)s::text[]) AS p(part, rest)
"""

CHANGE_STATUS: LiteralString = """
UPDATE requests SET status = %(status)s, closed = %(closed)s,
    closed_at = CASE WHEN %(closed)s THEN %(at)s ELSE NULL END,
    due_on = %(due_on)s, implicit_on = %(implicit_on)s, implicit_effect = %(implicit_effect)s,
    implicit_reached = implicit_reached AND implicit_on IS NOT DISTINCT FROM %(implicit_on)s
        AND implicit_effect IS NOT DISTINCT FROM %(implicit_effect)s,
    documents_deadline = %(deadline)s, documents_reminder_on = %(reminder_on)s
WHERE request_id = %(request_id)s
"""

CANCEL: LiteralString = """
UPDATE requests SET status = 'cancelled', closed = true, closed_at = %(at)s, archived = true, documents_deadline = NULL
WHERE request_id = %(request_id)s
"""

ATTACH: LiteralString = "UPDATE requests SET attached = true, account_id = %(owner)s WHERE request_id = %(request_id)s"

DETACH: LiteralString = "UPDATE requests SET attached = false, account_id = NULL WHERE request_id = %(request_id)s"

ERASE: LiteralString = """
WITH words AS (DELETE FROM request_words WHERE request_id = %(request_id)s),
unread AS (DELETE FROM unread_exchanges WHERE request_id = %(request_id)s),
approved AS (UPDATE approved_ends SET erased = true WHERE request_id = %(request_id)s)
UPDATE requests SET erased = true, archived = true, attached = false, account_id = NULL, email_hash = '', filed_by = '',
    unread_citizen = 0, unread_town = 0, assignee_name = '', alert = false, alert_without_attestation = NULL, sealed = ''
WHERE request_id = %(request_id)s
"""

ARCHIVE: LiteralString = "UPDATE requests SET archived = true WHERE request_id = %(request_id)s"

REACH: LiteralString = "UPDATE requests SET implicit_reached = true WHERE request_id = %(request_id)s"

ASK_ATTESTATION: LiteralString = """
UPDATE requests SET alert_without_attestation = alert, alert = true
WHERE request_id = %(request_id)s AND alert_without_attestation IS NULL
"""

GIVE_ATTESTATION: LiteralString = """
UPDATE requests SET alert = alert_without_attestation, alert_without_attestation = NULL
WHERE request_id = %(request_id)s AND alert_without_attestation IS NOT NULL
"""

ERASURE: LiteralString = "UPDATE requests SET erasure = %(erasure)s WHERE request_id = %(request_id)s"

ASSIGN: LiteralString = """
UPDATE requests SET assignee = %(assignee)s, assignee_name = %(assignee_name)s WHERE request_id = %(request_id)s
"""

RENEW: LiteralString = """
UPDATE requests SET generation = %(generation)s, generation_since = %(at)s WHERE request_id = %(request_id)s
"""

APPOINT: LiteralString = """
UPDATE requests SET appointment_at = %(starts_at)s, appointment_since = %(at)s WHERE request_id = %(request_id)s
"""

REMIND_OF_APPOINTMENT: LiteralString = (
    "UPDATE requests SET appointment_since = %(at)s WHERE request_id = %(request_id)s"
)

REMIND_OF_DOCUMENTS: LiteralString = (
    "UPDATE requests SET documents_reminder_on = NULL WHERE request_id = %(request_id)s"
)

UNAPPOINT: LiteralString = """
UPDATE requests SET appointment_at = NULL WHERE request_id = %(request_id)s AND appointment_at = %(starts_at)s
"""

UNREAD: LiteralString = """
WITH added AS (
    INSERT INTO unread_exchanges (exchange_id, request_id, direction)
    VALUES (%(exchange_id)s, %(request_id)s, %(direction)s) ON CONFLICT DO NOTHING RETURNING direction
)
UPDATE requests SET unread_town = unread_town + (SELECT count(*) FROM added WHERE direction = 'to_town'),
    unread_citizen = unread_citizen + (SELECT count(*) FROM added WHERE direction = 'to_citizen')
WHERE request_id = %(request_id)s
"""

READ: LiteralString = """
WITH opened AS (DELETE FROM unread_exchanges WHERE exchange_id = %(exchange_id)s RETURNING direction)
UPDATE requests SET unread_town = unread_town - (SELECT count(*) FROM opened WHERE direction = 'to_town'),
    unread_citizen = unread_citizen - (SELECT count(*) FROM opened WHERE direction = 'to_citizen')
WHERE request_id = %(request_id)s
"""

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


@projection(e.RequestSubmitted, tables=("requests", "request_words", "number_parts"))
def show_submitted(tx: Transaction, recorded: Recorded[e.RequestSubmitted]) -> None:
    event, request_id = recorded.event, recorded.subject
    index = event.index or {"email": "", "filed_by": "", "words": []}
    shown = {
        "applicant_name": applicant.full_name(event.applicant or {}),
        "member_name": applicant.full_name(event.member) if event.member else "",
        "email": (event.applicant or {}).get("email", ""),
        "reception": event.reception,
    }
    implicit = event.implicit_decision or {"effect": None, "at": None}
    tx.conn.execute(
        INSERT_REQUEST,
        {
            "request_id": request_id,
            "number": event.number,
            "procedure": event.procedure,
            "version": event.version,
            "area": event.area,
            "department": event.department,
            "channel": event.channel,
            "status": event.status,
            "submitted_at": event.submitted_at,
            "due_on": event.due_at,
            "implicit_on": implicit["at"],
            "implicit_effect": implicit["effect"],
            "agenda": event.agenda,
            "attached": event.account,
            "account_id": event.owner,
            "email_hash": index["email"],
            "filed_by": index["filed_by"],
            "alert": event.alert,
            "sealed": tx.seal(request_id, shown) if recorded.readable else b"",  # a rebuild meets destroyed keys
        },
    )
    words = [bytes.fromhex(word) for word in index["words"]]
    parts, rests = zip(*numbers.parts(event.number), strict=True)
    found_by = {"request_id": request_id, "words": words, "parts": list(parts), "rests": list(rests)}
    tx.conn.execute(INSERT_WORDS, found_by)


@projection(e.RequestStatusChanged, tables=("requests",))
def show_status(tx: Transaction, recorded: Recorded[e.RequestStatusChanged]) -> None:
    event = recorded.event
    implicit = event.implicit_decision or {"effect": None, "at": None}
    _update(
        tx,
        recorded,
        CHANGE_STATUS,
        status=event.to_status,
        closed=event.closed,
        at=recorded.time,
        due_on=event.due_at,
        implicit_on=implicit["at"],
        implicit_effect=implicit["effect"],
        deadline=event.deadline,
        reminder_on=reminders.day_of_documents(event.deadline, recorded.time),
    )


@projection(e.RequestAttached, tables=("requests",))
def show_attached(tx: Transaction, recorded: Recorded[e.RequestAttached]) -> None:
    _update(tx, recorded, ATTACH, owner=recorded.event.owner)


@projection(e.RequestDetached, tables=("requests",))
def show_detached(tx: Transaction, recorded: Recorded[e.RequestDetached]) -> None:
    _update(tx, recorded, DETACH)


@projection(e.RequestErased, tables=("requests", "request_words", "unread_exchanges", "approved_ends"))
def show_erased(tx: Transaction, recorded: Recorded[e.RequestErased]) -> None:
    """A list shows the number and the dates; nothing in it leads to a person any more, not even a search."""
    _update(tx, recorded, ERASE)


@projection(e.RequestAssigned, tables=("requests",))
def show_assigned(tx: Transaction, recorded: Recorded[e.RequestAssigned]) -> None:
    _update(tx, recorded, ASSIGN, assignee=recorded.event.assignee, assignee_name=recorded.event.assignee_name or "")


@projection(e.ImplicitDecisionReached, tables=("requests",))
def show_silence(tx: Transaction, recorded: Recorded[e.ImplicitDecisionReached]) -> None:
    _update(tx, recorded, REACH)


@projection(e.AttestationRequested, tables=("requests",))
def show_attestation_requested(tx: Transaction, recorded: Recorded[e.AttestationRequested]) -> None:
    """It is work to do: marked in the list, before what is not."""
    _update(tx, recorded, ASK_ATTESTATION)


@projection(e.AttestationGiven, tables=("requests",))
def show_attestation_given(tx: Transaction, recorded: Recorded[e.AttestationGiven]) -> None:
    _update(tx, recorded, GIVE_ATTESTATION)


@projection(e.ErasureRequested, tables=("requests",))
def show_erasure_requested(tx: Transaction, recorded: Recorded[e.ErasureRequested]) -> None:
    _update(tx, recorded, ERASURE, erasure=Erasure.ASKED.value)


@projection(e.ErasureAnswered, tables=("requests",))
def show_erasure_answered(tx: Transaction, recorded: Recorded[e.ErasureAnswered]) -> None:
    answer = Erasure.ACCEPTED if recorded.event.accepted else Erasure.REFUSED
    _update(tx, recorded, ERASURE, erasure=answer.value)


@projection(e.RequestCancelled, tables=("requests",))
def show_cancelled(tx: Transaction, recorded: Recorded[e.RequestCancelled]) -> None:
    _update(tx, recorded, CANCEL, at=recorded.time)


@projection(e.RequestArchived, tables=("requests",))
def show_archived(tx: Transaction, recorded: Recorded[e.RequestArchived]) -> None:
    _update(tx, recorded, ARCHIVE)


@projection(e.TrackingLinkRenewed, tables=("requests",))
def show_generation(tx: Transaction, recorded: Recorded[e.TrackingLinkRenewed]) -> None:
    _update(tx, recorded, RENEW, generation=recorded.event.generation, at=recorded.time)


@projection(e.AppointmentBooked, e.AppointmentRescheduled, tables=("requests",))
def show_appointment(tx: Transaction, recorded: Recorded[e.AppointmentBooked | e.AppointmentRescheduled]) -> None:
    _update(tx, recorded, APPOINT, starts_at=recorded.event.starts_at, at=recorded.time)


@projection(e.AppointmentCancelled, tables=("requests",))
def show_no_appointment(tx: Transaction, recorded: Recorded[e.AppointmentCancelled]) -> None:
    _update(tx, recorded, UNAPPOINT, starts_at=recorded.event.starts_at)


@projection(e.AppointmentReminderDue, tables=("requests",))
def show_appointment_reminded(tx: Transaction, recorded: Recorded[e.AppointmentReminderDue]) -> None:
    _update(tx, recorded, REMIND_OF_APPOINTMENT, at=recorded.time)


@projection(e.DocumentsReminderDue, tables=("requests",))
def show_documents_reminded(tx: Transaction, recorded: Recorded[e.DocumentsReminderDue]) -> None:
    _update(tx, recorded, REMIND_OF_DOCUMENTS)


@projection(e.ExchangeAdded, tables=("requests", "unread_exchanges"))
def show_unread(tx: Transaction, recorded: Recorded[e.ExchangeAdded]) -> None:
    event = recorded.event
    _update(tx, recorded, UNREAD, exchange_id=event.exchange_id, direction=event.direction)


@projection(e.ExchangeRead, tables=("requests", "unread_exchanges"))
def show_read(tx: Transaction, recorded: Recorded[e.ExchangeRead]) -> None:
    _update(tx, recorded, READ, exchange_id=recorded.event.exchange_id)


@projection(elimination.EliminationListDrawn, tables=("eliminations",))
def show_list(tx: Transaction, recorded: Recorded[elimination.EliminationListDrawn]) -> None:
    retention_rows.add_list(tx, recorded.subject, recorded.time, len(recorded.event.lines))


@projection(elimination.EliminationApproved, tables=("eliminations", "approved_ends"))
def show_approved(tx: Transaction, recorded: Recorded[elimination.EliminationApproved]) -> None:
    retention_rows.approve(tx, recorded.subject, recorded.time, recorded.event.requests)


@projection(capacity.SlotHeld, tables=("slot_uses",))
def show_held(tx: Transaction, recorded: Recorded[capacity.SlotHeld]) -> None:
    use = _use(recorded)
    tx.conn.execute(FREE_OTHER_HOLD, use)
    tx.conn.execute(USE_SLOT, {**use, "until": recorded.event.until})


@projection(capacity.SlotTaken, tables=("slot_uses",))
def show_taken(tx: Transaction, recorded: Recorded[capacity.SlotTaken]) -> None:
    use = _use(recorded)
    tx.conn.execute(FREE_OTHER_HOLD, use)
    tx.conn.execute(USE_SLOT, {**use, "until": None})


@projection(capacity.SlotReleased, tables=("slot_uses",))
def show_released(tx: Transaction, recorded: Recorded[capacity.SlotReleased]) -> None:
    use = _use(recorded)
    tx.conn.execute(FREE_SLOT, use)


def _update(tx: Transaction, recorded: Recorded[Any], sql: LiteralString, **values: Any) -> None:
    tx.conn.execute(sql, {"request_id": recorded.subject, **values})


def _use(recorded: Recorded[Any]) -> dict[str, Any]:
    """The slot that an event of a day's stream, `day-<agenda>-<YYYY-MM-DD>`, is about."""
    name = recorded.stream.removeprefix("day-")
    day = date.fromisoformat(name[-len("YYYY-MM-DD") :])
    return {
        "agenda": name[: -len("-YYYY-MM-DD")],
        "first": start_of_day(day),
        "last": start_of_day(day + timedelta(days=1)),
        "request_id": recorded.event.request_id,
        "start": recorded.event.start,
    }
