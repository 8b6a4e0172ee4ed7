"""What a mail about a request may say, and nothing more: a number, a link, dates and the department in charge. Pure.

The acknowledgement is the town's own text with every mention that glossary R3 makes compulsory; a mention that is not
known stops the mail instead of leaving it incomplete.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.messaging import french
from services.messaging.letter import fill, named
from services.messaging.notice import WITH_CALENDAR, Notice, Purpose
from services.messaging.town import HeardRequest, Procedure, Town

KIND_LABELS = {
    Purpose.ACKNOWLEDGEMENT: "Accusé de réception",
    Purpose.STATUS_CHANGED: "Changement de statut",
    Purpose.EXCHANGE_TO_CITIZEN: "Nouvel échange",
    Purpose.APPOINTMENT_BOOKED: "Rendez-vous pris",
    Purpose.APPOINTMENT_RESCHEDULED: "Rendez-vous modifié",
    Purpose.APPOINTMENT_CANCELLED: "Rendez-vous annulé",
    Purpose.REQUEST_CANCELLED: "Demande annulée",
    Purpose.REQUEST_ATTACHED: "Demande rattachée à un espace",
    Purpose.REQUEST_DETACHED: "Demande détachée d’un espace fermé",
    Purpose.FILE_REJECTED: "Fichier écarté",
    Purpose.TRACKING_LINK: "Lien de suivi",
}


APPOINTMENT = {"appointment": "appointment_at", "place": "appointment_place", "bring": "appointment_bring"}
"""What a mail says of an appointment, and under which name the owner of the request tells it."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the owner of the request says at the moment of sending; kept nowhere but in the sealed proof."""

    email: str
    applicant_name: str
    tracking_token: str | None
    values: Mapping[str, str]
    ics: str | None
    reply_text: str | None


def public_facts(
    notice: Notice, request: HeardRequest, procedure: Procedure, town: Town, public_url: str
) -> dict[str, object]:
    """Facts for a mail to the department: no personal data goes into it."""
    return {
        "number": request.number,
        "request": named(request.number, procedure.shown_title),
        "department": town.department(request.department),
        "link": f"{public_url}/agent/demandes" + ("" if notice.others else f"/{request.number}"),
        "others": notice.others,
        "undelivered": KIND_LABELS[Purpose(notice.about)] if notice.purpose is Purpose.DELIVERY_FAILED else None,
    }


def personal_facts(
    notice: Notice, request: HeardRequest, procedure: Procedure, town: Town, known: Known, public_url: str
) -> dict[str, object]:
    """Facts for a mail to the applicant; raises UnfilledPlaceholder where the town's text lacks a value."""
    secret = procedure.confidential
    link = tracking_link(request, known, public_url)
    facts: dict[str, object] = {
        **public_facts(notice, request, procedure, town, public_url),
        "applicant_name": known.applicant_name,
        "link": link,
        "status": None
        if secret or notice.purpose is not Purpose.STATUS_CHANGED
        else procedure.status_label(notice.about),
        "reply": notice.reply,
        **{name: None if secret else known.values.get(value) for name, value in APPOINTMENT.items()},
        "calendar": None if secret or notice.purpose not in WITH_CALENDAR else known.ics,
    }
    if notice.purpose is Purpose.ACKNOWLEDGEMENT:
        facts |= acknowledgement(request, procedure, town, known, link)
    return facts


def tracking_link(request: HeardRequest, known: Known, public_url: str) -> str:
    """The secret address while it works without an account; the ordinary one, behind log-in, once attached."""
    if known.tracking_token:
        return f"{public_url}/suivi/{known.tracking_token}"
    return f"{public_url}/demande/{request.number}"


def acknowledgement(
    request: HeardRequest, procedure: Procedure, town: Town, known: Known, link: str
) -> dict[str, object]:
    """Header, effect of silence and footer of the receipt, filled."""
    texts, department, legal = town.acknowledgement_texts, town.department(request.department), town.legal
    effect = request.implicit_effect if request.implicit_effect in ("acceptance", "rejection") else "none"
    values = {
        **known.values,
        "applicant_name": known.applicant_name,
        "procedure_title": procedure.title,
        "request_number": request.number,
        "received_at": french.moment(request.submitted_at, town.zone),
        "department_name": department.name,
        "department_address": department.address,
        "department_email": department.email,
        "department_phone": department.phone,
        "tracking_url": link,
        "implicit_decision_date": french.day(request.implicit_on) if request.implicit_on else "",
        "appeal_months": str(legal.get("appeal_months", "")),
        "administrative_court": legal.get("administrative_court", ""),
        "online_appeal": legal.get("online_appeal", ""),
    }
    header = texts["header_confidential" if procedure.confidential else "header"]
    return {
        "header": fill(header, values).strip(),
        "silence": fill(texts[effect], values).strip(),
        "footer": fill(texts["footer"], values).strip(),
    }
