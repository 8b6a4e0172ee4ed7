"""What a receipt says of a filing, and the text that its code seals. Pure."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from services.chassis.contracts import from_json
from services.chassis.event_store.events import Recorded
from services.documents.schemas.pieces import FrozenPiece
from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.procedures.schemas.definitions.towns import Town
from services.requests.request import events as e
from services.requests.request.state import NotFiled, evolve, filed
from services.requests.schemas.receipts import PrintedFile
from services.requests.worklist import rules as reply_text
from services.townhall import french_dates, placeholders

FORM = "recepisse 1"
"""Of the sealed text: another one is another name, and codes of this one are read with this one."""
PARAGRAPHS = re.compile(r"\n\s*\n")
BUTTON = re.compile(r"\[(?P<label>[^\]]+)\] (?P<url>https?://\S+)")


def filing_of(recorded: Sequence[Recorded[e.RequestEvent]]) -> e.RequestSubmitted | None:
    """What was filed, from the history of a request; None once it cannot be read any more."""
    first = recorded[0].event if recorded else None
    return first if isinstance(first, e.RequestSubmitted) and first.applicant is not None else None


def booked_with(
    submitted: e.RequestSubmitted, recorded: Sequence[Recorded[e.RequestEvent]]
) -> e.AppointmentBooked | None:
    """The appointment that was taken with the request."""
    booked = (one.event for one in recorded if isinstance(one.event, e.AppointmentBooked))
    return next((one for one in booked if one.appointment_id == submitted.appointment), None)


def pieces(submitted: e.RequestSubmitted) -> tuple[FrozenPiece, ...]:
    return tuple(from_json(FrozenPiece, one) for one in submitted.manifest or ())


def files(submitted: e.RequestSubmitted) -> tuple[PrintedFile, ...]:
    """Every file that was handed in with the request, each with its piece."""
    return tuple(
        PrintedFile(piece=piece.label, name=file.name, size=file.size, sha256=file.sha256)
        for piece in pieces(submitted)
        for file in piece.files
    )


def sealed_text(submitted: e.RequestSubmitted) -> str:
    """What was filed, in a form that neither layout, nor labels, nor a release changes: the values of the fact itself.

    JSON with its names in order and nothing between them, after the name of the form; every text in Unicode's NFC.
    """
    silence = submitted.implicit_decision
    said: dict[str, object] = {
        "number": submitted.number,
        "procedure": submitted.procedure,
        "version": submitted.version,
        "department": submitted.department,
        "submitted_at": submitted.submitted_at.astimezone(UTC).isoformat(timespec="seconds"),
        "aimed_at": submitted.due_at.isoformat() if submitted.due_at else None,
        "silence": [silence.effect, silence.at.isoformat()] if silence else None,
        "appointment": submitted.appointment,
        "applicant": submitted.applicant,
        "member": submitted.member,
        "answers": submitted.answers,
        "files": [[one.piece, one.label, file.name, file.sha256] for one in pieces(submitted) for file in one.files],
    }
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", f"{FORM}\n{written}")


def mentions(
    submitted: e.RequestSubmitted,
    definition: Procedure,
    town: Town,
    *,
    address: str,
    appointment: e.AppointmentBooked | None,
) -> tuple[str, ...]:
    """The paragraphs of the town's acknowledgement (glossary R3), but for what concerns a mail. `address`: of the request's page;
    it opens nothing by itself, for a receipt is shown to others."""
    texts, silence = town.catalogues.acknowledgement_texts, submitted.implicit_decision
    effects: Mapping[str, str] = {SilenceEffect.ACCEPTANCE: texts.acceptance, SilenceEffect.REJECTION: texts.rejection}
    header = texts.header_confidential if definition.confidential else texts.header
    values = reply_text.automatic(
        filed(evolve(NotFiled(), submitted)), definition, town, tracking_url=address, now=submitted.submitted_at
    )
    values |= {"appointment_at": french_dates.moment(appointment.starts_at) if appointment else ""}
    return tuple(_filled(f"{header}\n\n{effects.get(silence.effect if silence else '', texts.none)}", values))


def _filled(texts: str, values: Mapping[str, str]) -> Iterator[str]:
    """Paragraph by paragraph; one that names what this request does not have is left out."""
    for paragraph in PARAGRAPHS.split(texts):
        said, blank = placeholders.fill(paragraph.strip(), values)
        if said and not blank:
            yield BUTTON.sub(r"\g<label> : \g<url>", said)
