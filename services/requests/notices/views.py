"""What messaging asks at the moment of sending a mail about a request, with the calendar file; and who is written to by post,
for the agents who print: messaging has the letters, requests knows names and addresses."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.chassis.actors import only_ourselves
from services.chassis.errors import Refusal, Unavailable
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import blind_index, refusals
from services.requests.access import rows as staff_views, rules as access, tracking_link, use_cases as acting
from services.requests.access.use_cases import Opened, actor_of, reach
from services.requests.appointments import calendar_file
from services.requests.capacity import holders, use_cases as capacity
from services.requests.capacity.slots import Slot
from services.requests.drafts import rules as draft
from services.requests.filing.backlog import Backlog
from services.requests.filing.views import place
from services.requests.forms import applicant
from services.requests.notices import rows
from services.requests.request import earlier_slot, erasure as data_rights, events as e, reminders, rows as store
from services.requests.request.rows import RequestRow
from services.requests.request.rules import decider
from services.requests.request.state import Erased, Request, filed
from services.requests.schemas.appointments import CalendarFile, ReadCalendarFile
from services.requests.schemas.letters import LetterGrant, ListRecipients, ReadLetterGrant, Recipient, Recipients
from services.requests.schemas.mail_details import (
    AboutMail,
    MailDetails,
    MailsDetails,
    ReadMailDetails,
    ReadMailsDetails,
)
from services.requests.schemas.refusals import ReminderOutdated, RequestErased, RequestNotFound
from services.requests.schemas.statuses import Status
from services.requests.worklist import appeal, rules as reply_text
from services.townhall import french_dates, postal_address
from services.townhall.grants import Grant, Right, Side, give
from services.townhall.untyped import text

MOST_RECIPIENTS = 20

REMINDERS = (e.AppointmentReminderDue, e.DocumentsReminderDue)


def notices_details(tx: Transaction, settings: Settings, asked: ReadMailsDetails, backlog: Backlog) -> MailsDetails:
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    items = tuple(_unless_refused(tx, settings, one) for one in asked.mails)
    youngest = rows.time_of_youngest(tx, [one.event_id for one in asked.mails if one.shows_backlog])
    if youngest is not None:
        backlog.saw((tx.now - youngest).total_seconds())
    return MailsDetails(items=items)


def _unless_refused(tx: Transaction, settings: Settings, one: AboutMail) -> MailDetails | None:
    try:
        return notice_details(tx, settings, ReadMailDetails(request_id=one.request_id, event_id=one.event_id))
    except Unavailable:
        raise
    except Refusal:
        return None


def notice_details(tx: Transaction, settings: Settings, asked: ReadMailDetails) -> MailDetails:
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    request_id = str(asked.request_id)
    on, past = acting.shown_by_id(tx, request_id)
    request = on.request
    if request.applicant is None:
        raise RequestErased
    about, then = _event(past, asked.event_id)
    if isinstance(about, REMINDERS) and not reminders.is_of_use(about, on.definition, request, tx.now):
        raise ReminderOutdated
    if isinstance(about, e.EarlierSlotFreed) and not _is_free(tx, on, about):
        raise ReminderOutdated
    if isinstance(about, e.RequestSubmitted):  # an acknowledgement says what the filing began, whatever came since
        request = replace(request, implicit_decision=about.implicit_decision)
    token = tracking_link.mint(settings.signing_key, request_id, request.generation)
    values = reply_text.automatic(
        request, on.definition, on.row.its_town(), tracking_url=f"{settings.public_url}/suivi/{token}", now=tx.now
    )
    who = request.applicant or {}
    email: str | None = who.get("email")
    return MailDetails(
        email=email,
        address=tuple(postal_address.lines(who.get("address") or {})),
        mailed_to=holders.mailed_to(settings.signing_key, email) if email else None,
        applicant_name=applicant.full_name(who),
        preferred_contact=who.get("preferred_contact"),
        account_id=request.owner,
        tracking_token=None if on.row.login_required else token,
        values=values | _meeting(on) | _aim(on) | _said(on, about),
        ics=_ics(on, request, tx),
        calls_off=isinstance(then, e.AppointmentCancelled) and then.with_request,
        reply_text=getattr(about, "reply_text", None),
        agent=getattr(about, "agent", None),
    )


def calendar(tx: Transaction, settings: Settings, asked: ReadCalendarFile) -> CalendarFile:
    """The calendar file of the appointment to come; raises AppointmentUnknown when there is none."""
    on = acting.shown(tx, settings, asked.number)
    ics = _ics(on, on.request, tx)
    if ics is None:
        raise refusals.AppointmentUnknown
    return CalendarFile(ics=ics)


def _event(
    past: Sequence[Recorded[e.RequestEvent]], event_id: UUID | None
) -> tuple[e.RequestEvent | None, e.RequestEvent | None]:
    """The fact of that id and the one that came next; None for each that there is not."""
    found = next((at for at, one in enumerate(past) if one.event_id == event_id), None)
    if found is None:
        return None, None
    return past[found].event, past[found + 1].event if found + 1 < len(past) else None


def _meeting(on: Opened) -> dict[str, str]:
    """Where the person is awaited, and with what."""
    if on.row.agenda_definition is None:
        return {}
    bring = "\n".join(f"- {one}" for one in on.definition.bring)
    return {"appointment_place": place(on.row.agenda_definition), "appointment_bring": bring}


def _aim(on: Opened) -> dict[str, str]:
    """The day aimed at while the request is open; left to its page where it comes after the one from which silence counts."""
    aimed_on, implicit = on.request.aimed_on, on.request.implicit_decision
    if aimed_on is None or not on.request.is_open(on.definition):
        return {}
    return {} if implicit and aimed_on > implicit.at else {"aim": french_dates.long_day(aimed_on)}


def _is_free(tx: Transaction, on: Opened, freed: e.EarlierSlotFreed) -> bool:
    """Whether the slot can still be booked, and is still wanted."""
    agenda, slot = on.row.agenda_definition, Slot(start=freed.starts_at, end=freed.ends_at)
    if agenda is None or not earlier_slot.is_wanted(slot, on.request, on.definition, agenda, tx.now):
        return False
    return capacity.free_slot(tx, agenda, freed.starts_at) is not None


def _said(on: Opened, about: e.RequestEvent | None) -> dict[str, str]:
    if isinstance(about, e.DocumentsReminderDue):
        return {"deadline": french_dates.long_day(about.deadline)}
    if isinstance(about, e.EarlierSlotFreed):
        return {"freed_slot": french_dates.moment(about.starts_at), "freed_slot_id": about.slot_id}
    if isinstance(about, e.ErasureAnswered):
        return {"reason": data_rights.in_full(about, on.definition)}
    if not isinstance(about, e.RequestStatusChanged):
        return {}
    refused = about.to_status == Status.REFUSED
    appealed = {"appeal": appeal.of_a_refusal(on.definition, on.row.its_town())} if refused else {}
    own = {"happened": about.happened} if about.happened else {}
    return appealed | own | reply_text.given(on.definition, about)


def _ics(on: Opened, request: Request, tx: Transaction) -> str | None:
    """The appointment to come; or the one that was just called off, so that calendars remove it."""
    agenda, appointment = on.row.agenda_definition, request.upcoming(tx.now)
    if appointment is None and request.appointments and request.appointments[-1].ends_at > tx.now:
        appointment = request.appointments[-1]
    if appointment is None or agenda is None:
        return None
    return calendar_file.ics(
        request_id=on.id,
        number=request.number,
        title=f"Demande n° {request.number}" if on.definition.confidential else on.definition.title,
        place=place(agenda),
        instructions=agenda.instructions,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        stamp=tx.now,
        sequence=len(request.appointments) - 1 + (0 if appointment.booked else 1),
        cancelled=not appointment.booked,
        organizer=on.definition.department_details.email,
    )


def letter_grant(tx: Transaction, settings: Settings, asked: ReadLetterGrant) -> LetterGrant:
    """Every letter of the request for its department's agents who may decide on it, the acknowledgement
    alone for another agent, who filed it at the counter. `documents`: whether the grant opens the request's pieces as well.

    Raises RequestNotFound for anyone else, NothingOnPaper where the person is written to by e-mail alone.
    """
    row = store.by_number(tx, asked.number)
    rights = _rights(tx, settings, row) if row else ()
    if row is None or not rights:
        raise RequestNotFound
    request = filed(tx.fold(decider, row.stream)[0])
    if isinstance(request, Erased) or request.applicant is None:
        raise RequestErased
    if not request.contacted_by_agents:
        raise refusals.NothingOnPaper
    staff_views.record(tx, row.request_id, "letter")
    actor = actor_of(tx)
    given = Grant(
        request=UUID(row.request_id),
        number=row.number,
        side=Side.TOWN,
        rights=rights,
        name=actor.name,
        department=row.definition.department_details.name,
        procedure=row.procedure,
        version=row.definition.version,
    )
    return LetterGrant(number=row.number, grant=give(settings, actor, given), documents=Right.READ in rights)


def _rights(tx: Transaction, settings: Settings, row: RequestRow) -> tuple[Right, ...]:
    actor = actor_of(tx)
    if not access.is_staff(actor):
        return ()
    if reach(tx).holds(row.department, row.procedure) and access.may(actor, "read_requests"):
        return (Right.READ, Right.LETTERS if access.may(actor, "change_status") else Right.RECEIPT)
    filer = blind_index.holder(settings.signing_key, "filer", draft.owner_of(actor))
    return (Right.RECEIPT,) if row.filed_by == filer else ()


def recipients(tx: Transaction, _: Settings, asked: ListRecipients) -> Recipients:
    """Name and postal address of those of these requests that are the actor's to read and are not erased, in
    that order. It is the list « Courriers » that asks: a look that is recorded."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    found = filter(None, (store.by_number(tx, number) for number in asked.numbers[:MOST_RECIPIENTS]))
    seen = reach(tx)
    rows = [row for row in found if seen.holds(row.department, row.procedure) and not row.erased]
    if rows:
        staff_views.record_list(tx, "letters", {}, (row.request_id for row in rows))
    return Recipients(items=tuple(_recipient(tx, row) for row in rows))


def _recipient(tx: Transaction, row: RequestRow) -> Recipient:
    request = filed(tx.fold(decider, row.stream)[0])
    who = request.applicant or {}
    preferred = text(who.get("preferred_contact"))
    return Recipient(
        number=row.number,
        name=applicant.full_name(who),
        lines=tuple(postal_address.lines(who.get("address") or {})),
        phone=who.get(preferred) if preferred in applicant.NUMBERS else None,
    )
