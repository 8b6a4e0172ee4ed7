"""What the person reads once the request is durably stored."""

from collections.abc import Sequence
from datetime import date, datetime

from services.chassis.event_store.events import Recorded, of_type
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.access import tracking_link
from services.requests.definitions.rows import Current
from services.requests.request import deadlines, events as e, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas.dashboard import Silence
from services.requests.schemas.filing import Receipt
from services.townhall import french_dates
from services.townhall.town_time import local_day
from services.townhall.untyped import text


class ReceiptFacts(Struct):
    """What a receipt is made of. `linked`: its first tracking link opens the request."""

    request_id: str
    number: str
    definition: Procedure
    submitted_at: datetime
    aimed_on: date | None
    implicit_on: date | None
    implicit_effect: str | None
    email: str
    linked: bool
    appointment_at: datetime | None
    agenda: Agenda | None


def of_events(current: Current, events: Sequence[Recorded[e.RequestEvent]]) -> ReceiptFacts:
    """Of a request that these events have just filed, by this definition."""
    [filed] = of_type(e.RequestSubmitted, events)
    booked = [one.event.starts_at for one in of_type(e.AppointmentBooked, events)]
    appointment_at, silence = booked[0] if booked else None, filed.event.implicit_decision
    return ReceiptFacts(
        request_id=filed.subject,
        number=filed.event.number,
        definition=current.definition,
        submitted_at=filed.event.submitted_at,
        aimed_on=deadlines.aimed_at(filed.event.due_at, appointment_at),
        implicit_on=silence.at if silence else None,
        implicit_effect=silence.effect if silence else None,
        email=text((filed.event.applicant or {}).get("email")),
        linked=not filed.event.account,
        appointment_at=appointment_at,
        agenda=current.agenda,
    )


def stored(tx: Transaction, request_id: str) -> ReceiptFacts:
    """Of a request that was filed before: the same, except that it is not linked once its link was renewed or it belongs to an account."""
    row = store.found(tx, request_id)
    return ReceiptFacts(
        request_id=row.request_id,
        number=row.number,
        definition=row.definition,
        submitted_at=row.submitted_at,
        aimed_on=row.aimed_on,
        implicit_on=row.implicit_on,
        implicit_effect=row.implicit_effect,
        email=row.shown["email"] if row.shown else "",
        linked=not row.attached and row.generation == 1,
        appointment_at=row.appointment_at,
        agenda=row.agenda_definition,
    )


def receipt(settings: Settings, facts: ReceiptFacts) -> Receipt:
    token = tracking_link.mint(settings.signing_key, facts.request_id, 1) if facts.linked else None
    return Receipt(
        request_id=facts.request_id,
        number=facts.number,
        tracking_token=token,
        procedure_title=facts.definition.title,
        submitted_at=facts.submitted_at.isoformat(),
        due_on=facts.aimed_on.isoformat() if facts.aimed_on else None,
        implicit_decision=implicit(facts.implicit_effect, facts.implicit_on),
        email_sent_to_hint=hint(facts.email),
        next_steps=tuple(next_steps(facts)),
    )


def implicit(effect: str | None, on: date | None) -> Silence | None:
    return Silence(effect=effect, on=on.isoformat()) if effect and on else None


def hint(email: str) -> str:
    """Enough of an address for its owner to know it: « c…e@courriel.example »."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}" if domain else ""


def next_steps(facts: ReceiptFacts) -> list[str]:
    """What happens now, in order, each with its date."""
    department, address = facts.definition.department_details.name, hint(facts.email)
    steps = [f"Un accusé de réception part à {address}, avec le lien de suivi."] if address else []
    if facts.appointment_at and facts.agenda:
        steps.append(f"{french_dates.moment(facts.appointment_at).capitalize()} : rendez-vous, {place(facts.agenda)}.")
    if facts.aimed_on:
        met = facts.appointment_at and local_day(facts.appointment_at) == facts.aimed_on
        when = "jour du rendez-vous" if met else french_dates.long_day(facts.aimed_on)
        steps.append(f"Réponse prévue le {when} ({department}).")
    if facts.implicit_on and facts.implicit_effect:
        steps.append(
            f"Sans réponse au {french_dates.long_day(facts.implicit_on)}, votre demande sera réputée {deadlines.deemed(facts.implicit_effect)}, si le dossier est complet."
        )
    return steps


def appointment_place(row: RequestRow) -> str:
    """Where a request's appointment is, for a line of a list: the room and the building; "" without one."""
    agenda = row.agenda_definition if row.appointment_at else None
    return ", ".join(part for part in (agenda.room, agenda.site_name) if part) if agenda else ""


def place(agenda: Agenda | None) -> str:
    """Where an appointment is: the room, then the address."""
    return ", ".join(part for part in (agenda.room, agenda.address) if part) if agenda else ""
