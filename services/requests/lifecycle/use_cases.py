"""What happens to a request without a call: its days come, and facts of other services arrive.

Each request is changed in a transaction of its own: one that fails holds up no other."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from dateutil.relativedelta import relativedelta

from services.chassis.errors import Refusal, Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction, Viewing
from services.chassis.failures import place_of
from services.chassis.logs import get_logger
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests.access import rows as staff_views, use_cases as acting
from services.requests.access.use_cases import Opened, act
from services.requests.appointments import rows as slot_rows, use_cases as appointments
from services.requests.appointments.rows import GivenBack
from services.requests.capacity import use_cases as capacity
from services.requests.capacity.slots import Slot
from services.requests.day_list import rows as presences
from services.requests.definitions.rows import published
from services.requests.draft_links import rows as link_rows
from services.requests.drafts import rows as draft_rows, use_cases as drafts
from services.requests.lifecycle import rows as due
from services.requests.request import commands, earlier_slot, events as e, flow, reminders
from services.requests.request.rules import decider, resumes
from services.requests.request.state import Attestation, NotFiled
from services.requests.schemas.statuses import Status
from services.townhall.town_time import local_day

log = get_logger(__name__)


def reach_implicit_decisions(store: Store) -> int:
    """Silence has lasted until the announced day: said in the history, an agent then closes the request."""
    return each(store, due.silence, _reach)


def lapse_incomplete(store: Store) -> int:
    """The missing pieces did not come by the announced day."""
    return each(store, due.pieces, _lapse)


def remind_of_appointments(store: Store) -> int:
    """At the hours of each agenda before an appointment begins; an agenda without hours reminds of nothing."""
    with store.transaction() as tx:
        agendas = published.agendas(tx.conn)
    done = 0
    for slug, hours in ((one.slug, one.reminder_hours) for one in agendas if one.reminder_hours):
        page = partial(due.appointments, agenda=slug, hours=hours)
        done += each(store, page, partial(_remind_of_appointment, hours=hours))
    return done


def remind_of_documents(store: Store) -> int:
    """Three days before the date by which missing pieces are awaited."""
    return each(store, due.documents, _remind_of_documents)


def announce_freed_slots(store: Store) -> int:
    """Of each slot that was given back and is still free, those who want it are mailed; one mail a day a person.

    All are mailed at once: the first one to book it has it. A hold that ends announces nothing: what was held for a quarter
    of an hour had been free for everyone before.
    """
    with store.viewing(None) as view:
        given_back = slot_rows.freed(view)
        agendas = {one.slug: one for one in published.agendas(view.conn)} if given_back else dict[str, Agenda]()
    return sum(_announce_freed_slot(store, agendas.get(one.agenda), one) for one in given_back)


def archive_closed(store: Store) -> int:
    with store.transaction() as tx:
        days = published.town(tx.conn).portal_settings.archive_closed_requests_after_days
    return each(store, partial(due.archiving, days=days), _archive)


_last_days: dict[str, date | None] = {}
"""By open request, the day that ends it: the person typed it, so it is in no row in clear, and it never changes."""


def end_what_is_over(store: Store) -> int:
    """Ends what lasts until a day that the request names, such as the watch of a home. Each is opened once, then when it is over."""
    with store.transaction() as tx:
        offered = [published.procedure(tx.conn, slug, version) for slug, version in due.procedures(tx)]
    done = 0
    for slug, status, to in ((one.slug, *ends) for one in offered for ends in flow.ended_by_time(one)):
        done += each(store, partial(_maybe_over, slug=slug, status=status), partial(_end, to=to))
    return done


def forget_drafts(store: Store) -> int:
    """What was typed and never filed is erased, with its key; its slot is free, its files may go."""
    with store.transaction() as tx:
        link_rows.forget(tx)
        expired = draft_rows.expired(tx, tx.now)
    for draft_id in expired:
        with store.transaction() as tx:
            if draft_rows.lock_expired(tx, draft_id):  # not taken up again meanwhile
                drafts.discard(tx, draft_id)
    return len(expired)


def forget_views(store: Store) -> None:
    """The journal of consultations is kept as long as the town says (CNIL: 6 to 12 months)."""
    with store.transaction() as tx:
        months = published.town(tx.conn).portal_settings.access_log_months
        staff_views.forget(tx, tx.now - relativedelta(months=months))


def forget_freed_slot_mails(store: Store) -> None:
    with store.transaction() as tx:
        slot_rows.forget_mails(tx)


def forget_presences(store: Store) -> None:
    with store.transaction() as tx:
        presences.forget(tx)


def each(store: Store, page: Callable[[Viewing, str], list[str]], action: Callable[[Transaction, Opened], bool]) -> int:
    """Does that for every request due, and gives how many it changed; `page` gives the ids that come after one.

    Decided on what stands under the lock: another one may have been quicker. A refusal or a defect is logged. Unavailable
    ends the turn.
    """
    done, after, found = 0, due.FIRST, [due.FIRST]
    while found:
        with store.viewing(None) as view:
            found = page(view, after)
        for after in found:
            try:
                with store.transaction() as tx:
                    done += action(tx, acting.by_id(tx, after))
            except Unavailable:
                raise
            except Refusal as refusal:
                log.warning("not_done_in_time", request=after, outcome=refusal.code)
            except Exception as defect:
                log.error("not_done_in_time", request=after, error=type(defect).__name__, where=place_of(defect))
    return done


def _reach(tx: Transaction, on: Opened) -> bool:
    command = commands.ReachImplicitDecision(definition=on.definition, today=local_day(tx.now))
    return bool(act(tx, on, command))


def _lapse(tx: Transaction, on: Opened) -> bool:
    if on.request.deadline is None or on.request.deadline >= local_day(tx.now):
        return False
    return _changed(tx, on, Status.LAPSED)


def _remind_of_appointment(tx: Transaction, on: Opened, hours: Sequence[int]) -> bool:
    since = due.appointment_since(tx, on.id)
    command = commands.RemindOfAppointment(definition=on.definition, hours=hours, since=since, now=tx.now)
    return bool(act(tx, on, command))


def _remind_of_documents(tx: Transaction, on: Opened) -> bool:
    command = commands.RemindOfDocuments(definition=on.definition, today=reminders.morning_of(tx.now))
    return bool(act(tx, on, command))


def _announce_freed_slot(store: Store, agenda: Agenda | None, freed: GivenBack) -> int:
    with store.viewing(None) as view:
        slot = capacity.free_slot(view, agenda, freed.start) if agenda else None
    done = 0
    if slot is not None:
        page = partial(slot_rows.wanted_by, agenda=freed.agenda, slot=slot)
        done = each(store, page, partial(_announce_to, slot=slot))
    with store.transaction() as tx:
        slot_rows.forget_freed(tx, freed)
    return done


def _announce_to(tx: Transaction, on: Opened, slot: Slot) -> bool:
    """Two replicas at once, or two requests of one person, make one mail: the day of the person is counted in the same
    transaction."""
    agenda, row = on.row.agenda_definition, on.row
    if agenda is None or not earlier_slot.is_wanted(slot, on.request, on.definition, agenda, tx.now):
        return False
    if earlier_slot.was_announced(slot, on.request):  # the person's mail of this day stays for another slot
        return False
    if not slot_rows.count_mail(tx, row.email_hash or row.account_id or on.id, local_day(tx.now)):
        return False
    slot_id, definition = str(tx.new_id()), on.definition
    command = commands.AnnounceFreedSlot(slot_id=slot_id, slot=slot, definition=definition, agenda=agenda, now=tx.now)
    return bool(act(tx, on, command))


def _archive(tx: Transaction, on: Opened) -> bool:
    return bool(act(tx, on, commands.Archive(definition=on.definition)))


def _maybe_over(view: Viewing, after: str, slug: str, status: str) -> list[str]:
    """Of the first page on which there are any: those that are over, and those whose last day is not known here yet."""
    today = local_day(view.now)
    while found := due.standing(view, after, slug, status):
        if wanted := [one for one in found if one not in _last_days or _is_over(_last_days[one], today)]:
            return wanted
        after = found[-1]
    return []


def _end(tx: Transaction, on: Opened, to: str) -> bool:
    last_day = flow.ends_on(on.definition, on.request.answers or {})
    if not _is_over(last_day, local_day(tx.now)):
        _last_days[on.id] = last_day
        return False
    _last_days.pop(on.id, None)
    return _changed(tx, on, to)


def _changed(tx: Transaction, on: Opened, to: str) -> bool:
    happened = act(tx, on, commands.ChangeStatus(to=to, by="system", definition=on.definition, now=tx.now))
    appointments.give_back(tx, on, happened)
    return bool(happened)


def _is_over(last_day: date | None, today: date) -> bool:
    return last_day is not None and last_day < today


def echo(tx: Transaction, request_id: str, event_id: UUID, fact: e.Fact) -> None:
    """Appends a fact under its event id, and takes an awaited file back when it is now complete.
    A document of the town answers the attestation that is asked for.

    A fact is recorded even when it comes late; about a request that was never filed, there is nothing to record it in.
    """
    request, _ = tx.load(decider, f"request-{request_id}")
    if isinstance(request, NotFiled):
        return
    complete = resumes(fact, request)
    tx.append(f"request-{request_id}", [fact], event_id=event_id)
    if isinstance(fact, e.DocumentAdded) and fact.by == "agent" and request.attestation is Attestation.REQUESTED:
        act(tx, acting.by_id(tx, request_id), commands.GiveAttestation(document_id=fact.document_id))
    if complete:
        on = acting.by_id(tx, request_id)
        act(tx, on, commands.ResumeReview(definition=on.definition, now=tx.now))
