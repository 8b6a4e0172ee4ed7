"""What a mail about a request may say, and nothing more: a number, a link, dates and the department in charge. Pure.

On paper, to a person without e-mail address, it also says what the town wrote: that person may have no screen to read it
on, and an envelope is closed (glossary R13, R16). Of a confidential procedure only the letter of a decision does, as a
refusal must give its reason and its means of appeal; the procedure's title stays out of it.

The acknowledgement is the town's own text with every mention that glossary R3 makes compulsory; a mention that is not
known stops the mail instead of leaving it incomplete.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.accounts.schemas.people import NoticeDetails
from services.chassis.structs import Struct
from services.messaging.copies.rules import KnownRequest, closes, department as department_of, shown_title, status_label
from services.messaging.mails import happened
from services.messaging.mails.texts import fill, named, of_request
from services.messaging.notices.purposes import ABOUT_A_MAIL, LABELS, WITH_CALENDAR, Purpose
from services.messaging.notices.rules import Notice
from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.procedures.schemas.definitions.towns import Town
from services.requests.schemas.draft_links import DraftLinkMail
from services.requests.schemas.mail_details import MailDetails
from services.requests.schemas.statuses import Status
from services.townhall import french_dates, mailed_links

APPOINTMENT = {"appointment": "appointment_at", "place": "appointment_place", "bring": "appointment_bring"}
"""What a mail says of an appointment, and its name in the answer of requests."""

PAGES = {
    Purpose.AGENT_INVITATION: "agent/invitation",
    Purpose.PASSWORD_RESET: "nouveau-mot-de-passe",
    Purpose.EMAIL_CHANGE_LINK: "courriel/confirmer",
    Purpose.EMAIL_CHANGE_ASKED: "courriel/annuler",
    Purpose.EMAIL_CHANGED: "courriel/annuler",
    Purpose.CLOSURE_ASKED: "espace/rouvrir",
    Purpose.CLOSURE_NEAR: "espace/rouvrir",
}
"""The page that the link of a mail about a space opens, where it is not the activation."""

ARCHIVES = frozenset({Purpose.ARCHIVE_READY, Purpose.REQUEST_ARCHIVE_READY})
PAGES_BEHIND_THE_LOG_IN = {Purpose.STORED_FILE_REJECTED: "mes-pieces", Purpose.ARCHIVE_READY: "mon-espace/mes-donnees"}
"""The page that a mail without a secret link opens, where it is not the log-in page itself."""

WITH_MESSAGE = frozenset({Purpose.STATUS_CHANGED, Purpose.EXCHANGE_TO_CITIZEN, Purpose.ERASURE_ANSWERED})
"""Purposes whose letter holds what the town wrote."""

TABS = {
    Purpose.EXCHANGE_TO_TOWN: "echanges",
    Purpose.DELIVERY_FAILED: "echanges",
    Purpose.APPOINTMENT_BOOKED: "rendez-vous",
    Purpose.APPOINTMENT_RESCHEDULED: "rendez-vous",
    Purpose.APPOINTMENT_CANCELLED: "rendez-vous",
    Purpose.REQUEST_CANCELLED: "historique",
    Purpose.ATTESTATION_REQUESTED: "pieces",
}
"""The tab of the agents' file that shows what a mail to the department is about; without one, the file opens as it does."""

OWN_TABS = {
    Purpose.EXCHANGE_TO_CITIZEN: "echanges",
    Purpose.APPOINTMENT_BOOKED: "rendez-vous",
    Purpose.APPOINTMENT_RESCHEDULED: "rendez-vous",
    Purpose.APPOINTMENT_CANCELLED: "rendez-vous",
    Purpose.APPOINTMENT_REMINDER: "rendez-vous",
    Purpose.EARLIER_SLOT: "rendez-vous",
    Purpose.FILE_REJECTED: "pieces",
    Purpose.DOCUMENTS_REMINDER: "pieces",
    Purpose.ATTESTATION_GIVEN: "pieces",
}
"""The same of the person's own page; without one, it opens on Historique, or on the pieces that the mail asks for."""


class OnPaper(Struct):
    """What a letter says beside what the mail would have said."""

    message: str | None
    missing: str = ""
    """The pieces that are asked for, a line each, where no message says it."""
    deadline: str = ""
    decision: bool = False
    enclosed: tuple[str, ...] = ()
    """The documents of the town that go with a decision."""


def public_values(
    notice: Notice, request: KnownRequest, procedure: Procedure, town: Town, public_url: str
) -> dict[str, object]:
    """Values for a mail to the department: no personal data goes into it."""
    return {
        "number": request.number,
        "request": named(request.number, shown_title(procedure)),
        "department": department_of(town, request.department),
        "link": f"{public_url}/agent/demandes" + ("" if notice.others else f"/{request.number}{_tab(notice)}"),
        "others": notice.others,
        "alerts": Counter(notice.alerts),
        "mail": LABELS[Purpose(notice.about)] if notice.purpose in ABOUT_A_MAIL else None,
        "withdrawn": notice.about == Purpose.REQUEST_CANCELLED,
        "attests": notice.about == Purpose.ATTESTATION_REQUESTED,
        "erases": notice.about == Purpose.ERASURE_REQUESTED,
    }


def _tab(notice: Notice) -> str:
    shown = Purpose(notice.about) if notice.purpose is Purpose.CHANGE_TO_TOWN else notice.purpose
    return f"?onglet={TABS[shown]}" if shown in TABS else ""


def space_values(notice: Notice, town: Town, known: NoticeDetails, public_url: str) -> dict[str, object]:
    """Values for a mail about a personal space or an agent's access."""
    page = PAGES.get(notice.purpose, "activation")
    own_page = PAGES_BEHIND_THE_LOG_IN.get(notice.purpose, "connexion")
    return {
        **vars(known),
        "applicant_name": known.name,
        "link": f"{public_url}/{page}/{known.token}" if known.token else f"{public_url}/{own_page}",
        "until": _until(notice),
        "valid_hours": known.valid_hours or town.portal_settings.activation_link_hours,
        "last_day": _long_day(known.last_day),
        "closes_on": _long_day(known.closes_on),
        "erased_on": _long_day(known.erased_on),
    }


def _long_day(day: str | None) -> str | None:
    return french_dates.long_day(date.fromisoformat(day)) if day else None


def draft_values(notice: Notice, town: Town, known: DraftLinkMail, key: bytes, public_url: str) -> dict[str, object]:
    """Values for the mail with the link to a draft; nothing of what was typed."""
    token = mailed_links.token_of(key, "draft", UUID(notice.about or ""))
    return {
        "procedure": known.procedure_title,
        "until": french_dates.moment(datetime.fromisoformat(known.expires_at), ZoneInfo(town.town.time_zone)),
        "link": f"{public_url}/saisie/{token}",
    }


def _until(notice: Notice) -> str | None:
    """Of an archive, the last moment at which it can be downloaded."""
    if notice.purpose not in ARCHIVES or not notice.about:
        return None
    return french_dates.moment(datetime.fromisoformat(notice.about))


def personal_values(
    notice: Notice,
    request: KnownRequest,
    procedure: Procedure,
    town: Town,
    known: MailDetails,
    public_url: str,
    *,
    paper: OnPaper | None = None,
) -> dict[str, object]:
    """Values for a mail to the applicant, or for its letter; raises UnfilledPlaceholder where the town's text lacks a value."""
    secret = procedure.confidential
    hides_change = secret and not (paper and _decides(notice, procedure))
    changed = None if hides_change or notice.purpose is not Purpose.STATUS_CHANGED else notice.about
    # An address on paper is typed: it stays short.
    tab = "" if paper else _own_tab(notice, hides_change=hides_change)
    link = tracking_link(request, known, public_url, tab, secret=paper is None or known.email is None)
    slot = known.values.get("freed_slot_id") if notice.purpose is Purpose.EARLIER_SLOT else None
    values: dict[str, object] = {
        **public_values(notice, request, procedure, town, public_url),
        "applicant_name": known.applicant_name,
        "about": of_request(request.number, shown_title(procedure)),
        "link": freed_slot_link(request, known, public_url, slot) if slot else link,
        "status": None if changed is None else status_label(procedure, changed),
        "happened": happened.UNSAID if changed is None else happened.in_words(procedure, changed, known),
        "appeal": None if hides_change else known.values.get("appeal"),
        "reply": notice.reply,
        **{name: None if secret else known.values.get(value) for name, value in APPOINTMENT.items()},
        "deadline": None if secret else known.values.get("deadline"),
        "freed_slot": None if secret else known.values.get("freed_slot"),
        "calls_off": _calls_off(notice, known),
        "until": _until(notice),
        "calendar": None if paper else calendar(notice, procedure, known),
        "paper": paper,
    }
    if notice.purpose is Purpose.ACKNOWLEDGEMENT:
        values |= acknowledgement(request, procedure, town, known, link)
        values["confirms"] = values["appointment"] if procedure.flow.initial == Status.SCHEDULED else None
    return values


def on_paper(
    notice: Notice, procedure: Procedure, known: MailDetails, *, exchange: str | None, enclosed: Sequence[str]
) -> OnPaper:
    """`exchange`: the text of the message that the letter is about; `enclosed`: the town's documents, which go with a
    decision alone."""
    decides = _decides(notice, procedure)
    if procedure.confidential and not decides:
        return OnPaper(message=None)
    said = (exchange, known.reply_text, known.values.get("reason")) if notice.purpose in WITH_MESSAGE else ()
    message = next(filter(None, said), None)
    asks = notice.purpose is Purpose.STATUS_CHANGED and not message
    return OnPaper(
        message=message,
        missing=known.values.get("missing_documents", "") if asks else "",
        deadline=known.values.get("deadline", "") if asks else "",
        decision=decides,
        enclosed=tuple(enclosed) if decides else (),
    )


def _decides(notice: Notice, procedure: Procedure) -> bool:
    """Whether the mail is about a decision: the change of status that closes the request."""
    return notice.purpose is Purpose.STATUS_CHANGED and closes(procedure, notice.about)


def calendar(notice: Notice, procedure: Procedure, known: MailDetails) -> str | None:
    """The calendar file that the mail carries; none for a confidential procedure: a calendar is read by others."""
    carries = notice.purpose in WITH_CALENDAR or _calls_off(notice, known)
    return known.ics if carries and not procedure.confidential else None


def _calls_off(notice: Notice, known: MailDetails) -> bool:
    return notice.purpose is Purpose.STATUS_CHANGED and known.calls_off


def _own_tab(notice: Notice, *, hides_change: bool) -> str:
    if notice.purpose is Purpose.STATUS_CHANGED and notice.about == Status.AWAITING and not hides_change:
        return "pieces"
    return OWN_TABS.get(notice.purpose, "")


def tracking_link(
    request: KnownRequest, known: MailDetails, public_url: str, tab: str = "", *, secret: bool = True
) -> str:
    """The secret address while it works without an account; the ordinary one, behind log-in, once attached, and on a letter
    that agents print for a person whose mails have the secret one (`secret`). Either opens on that tab."""
    there = f"?onglet={tab}" if tab else ""
    if known.tracking_token and secret:
        return f"{public_url}/suivi/{known.tracking_token}{there}"
    return f"{public_url}/demande/{request.number}{there}"


def freed_slot_link(request: KnownRequest, known: MailDetails, public_url: str, slot: str) -> str:
    """The page on which the appointment is moved to that slot. It names the slot by an id: an address shows no day."""
    if known.tracking_token:
        return f"{public_url}/suivi/{known.tracking_token}?creneau={slot}"
    return f"{public_url}/demande/{request.number}/rendez-vous/creneau/{slot}"


def acknowledgement(
    request: KnownRequest, procedure: Procedure, town: Town, known: MailDetails, link: str
) -> dict[str, object]:
    """Header, effect of silence and footer of the receipt, filled."""
    texts, legal = town.catalogues.acknowledgement_texts, town.legal
    department = department_of(town, request.department)
    silences: Mapping[str, str] = {SilenceEffect.ACCEPTANCE: texts.acceptance, SilenceEffect.REJECTION: texts.rejection}
    values = {
        **known.values,
        "applicant_name": known.applicant_name,
        "procedure_title": procedure.title,
        "request_number": request.number,
        "received_at": french_dates.moment(request.submitted_at, ZoneInfo(town.town.time_zone)),
        "department_name": department.name,
        "department_address": department.address,
        "department_email": department.email,
        "department_phone": department.phone,
        "tracking_url": link,
        "implicit_decision_date": french_dates.short_day(request.implicit_on) if request.implicit_on else "",
        "appeal_months": str(legal.appeal_months),
        "administrative_court": legal.administrative_court,
        "online_appeal": legal.online_appeal,
    }
    header = texts.header_confidential if procedure.confidential else texts.header
    return {
        "header": fill(header, values).strip(),
        "aim": None if procedure.confidential else known.values.get("aim"),
        "by_silence": bool(request.implicit_effect),
        "silence": fill(silences.get(request.implicit_effect or "", texts.none), values).strip(),
        "footer": fill(texts.footer, values).strip(),
    }
