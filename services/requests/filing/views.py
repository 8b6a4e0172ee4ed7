"""What the person reads once the request is durably stored."""

from datetime import date

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests.access import tracking_link
from services.requests.request import deadlines, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas.dashboard import Silence
from services.requests.schemas.filing import Receipt
from services.townhall import french_dates
from services.townhall.town_time import local_day


def receipt(tx: Transaction, settings: Settings, request_id: str) -> Receipt:
    """The receipt of a stored request, the same each time, except that the tracking link is left out once it was renewed or the
    request belongs to an account."""
    row = store.found(tx, request_id)
    email = row.shown["email"] if row.shown else ""
    return Receipt(
        request_id=row.request_id,
        number=row.number,
        tracking_token=_first_link(settings, row),
        procedure_title=row.definition.title,
        submitted_at=row.submitted_at.isoformat(),
        due_on=row.aimed_on.isoformat() if row.aimed_on else None,
        implicit_decision=implicit(row.implicit_effect, row.implicit_on),
        email_sent_to_hint=hint(email),
        next_steps=tuple(next_steps(row, hint(email))),
    )


def _first_link(settings: Settings, row: RequestRow) -> str | None:
    if row.attached or row.generation > 1:
        return None
    return tracking_link.mint(settings.signing_key, row.request_id, row.generation)


def implicit(effect: str | None, on: date | None) -> Silence | None:
    return Silence(effect=effect, on=on.isoformat()) if effect and on else None


def hint(email: str) -> str:
    """Enough of an address for its owner to know it: « c…e@courriel.example »."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}" if domain else ""


def next_steps(row: RequestRow, address: str) -> list[str]:
    """What happens now, in order, each with its date."""
    department = row.definition.department_details.name
    steps = [f"Un accusé de réception part à {address}, avec le lien de suivi."] if address else []
    if row.appointment_at and row.agenda_definition:
        steps.append(
            f"{french_dates.moment(row.appointment_at).capitalize()} : rendez-vous, {place(row.agenda_definition)}."
        )
    if row.aimed_on:
        met = row.appointment_at and local_day(row.appointment_at) == row.aimed_on
        when = "jour du rendez-vous" if met else french_dates.long_day(row.aimed_on)
        steps.append(f"Réponse prévue le {when} ({department}).")
    if row.implicit_on and row.implicit_effect:
        steps.append(
            f"Sans réponse au {french_dates.long_day(row.implicit_on)}, votre demande sera réputée {deadlines.deemed(row.implicit_effect)}, si le dossier est complet."
        )
    return steps


def appointment_place(row: RequestRow) -> str:
    """Where a request's appointment is, for a line of a list: the room and the building; "" without one."""
    agenda = row.agenda_definition if row.appointment_at else None
    return ", ".join(part for part in (agenda.room, agenda.site_name) if part) if agenda else ""


def place(agenda: Agenda | None) -> str:
    """Where an appointment is: the room, then the address."""
    return ", ".join(part for part in (agenda.room, agenda.address) if part) if agenda else ""
