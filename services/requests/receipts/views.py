"""A receipt as it is printed, the seal of the file in which it is saved, and what a receipt proves to whom it is shown."""

import hmac

from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.access import rows as journal
from services.requests.access.use_cases import visible
from services.requests.capacity import places
from services.requests.definitions.rows import published
from services.requests.filing.views import place
from services.requests.forms import applicant, rules as answers
from services.requests.receipts import receipt_codes, rules
from services.requests.request import deadlines, events as e, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas import receipts as calls
from services.requests.schemas.refusals import RequestErased
from services.townhall.town_time import local_day


def read_receipt(tx: Transaction, settings: Settings, asked: calls.ReadReceipt) -> calls.PrintedReceipt:
    """What was filed, whatever came since; raises as `visible`, and RequestErased. A look by the staff is recorded."""
    row, _ = visible(tx, settings, asked.number)
    recorded = _history(tx, row)
    submitted = rules.filing_of(recorded)
    if submitted is None:
        raise RequestErased
    journal.record(tx, row.request_id, "tracking")
    definition, town = row.definition, row.its_town()
    appointment = rules.booked_with(submitted, recorded)
    aimed_on = deadlines.aimed_at(submitted.due_at, appointment.starts_at if appointment else None)
    address = f"{settings.public_url}/demande/{row.number}"
    handed_in = rules.files(submitted)
    return calls.PrintedReceipt(
        number=row.number,
        procedure_title=definition.title,
        town=town.town.legal_name,
        department=definition.department_details.name,
        submitted_at=submitted.submitted_at,
        holder=applicant.full_name(submitted.applicant or {}),
        member=applicant.full_name(submitted.member) if submitted.member else None,
        applicant=applicant.labelled(submitted.applicant or {}),
        answers=answers.labelled(definition, submitted.answers or {}),
        files=handed_in,
        appointment=_appointment(row, appointment),
        bring=definition.bring if appointment else (),
        aimed_on=aimed_on,
        aim_met=bool(appointment and aimed_on == local_day(appointment.starts_at)),
        place=places.of_filing(definition, submitted.submitted_at) if submitted.quota else None,
        mentions=rules.mentions(submitted, definition, town, address=address, appointment=appointment),
        code=receipt_codes.mint(
            _keys(settings)[0],
            town=town.town.slug,
            number=row.number,
            submitted_at=submitted.submitted_at,
            files=len(handed_in),
            text=rules.sealed_text(submitted),
        ),
    )


def seal_receipt_file(tx: Transaction, settings: Settings, asked: calls.SealReceiptFile) -> calls.ReceiptSeal:
    """For who may read that receipt; raises as `visible`, and as a code that is not that receipt's."""
    row, _ = visible(tx, settings, asked.number)
    code = receipt_codes.read(asked.code)
    key = receipt_codes.signed_by(_keys(settings), row.its_town().town.slug, code)
    if code.number != row.number:
        raise receipt_codes.CodeNotOurs
    return calls.ReceiptSeal(seal=receipt_codes.file_seal(key, code, asked.digest))


def check_receipt(tx: Transaction, settings: Settings, asked: calls.CheckReceipt) -> calls.ReceiptProof:
    """What the signature proves by itself, and whether what is kept of the request says the same; no name. Of a confidential
    procedure nothing but the signature speaks, as where the request is not known: in a town with one, that would name it."""
    code = receipt_codes.read(asked.code)
    key = receipt_codes.signed_by(_keys(settings), published.town(tx.conn).town.slug, code)
    known = store.by_number(tx, code.number)
    row = None if known is None or known.definition.confidential else known
    submitted = rules.filing_of(_history(tx, row)) if row and not row.erased else None
    return calls.ReceiptProof(
        number=code.number,
        submitted_at=code.submitted_at,
        files=code.files,
        procedure_title=row.definition.title if row else None,
        kept=submitted is not None,
        agrees=receipt_codes.seal(key, rules.sealed_text(submitted)) == code.seal if submitted else None,
        unchanged=_sealed(key, code, asked) if asked.digest else None,
    )


def _sealed(key: bytes, code: receipt_codes.Code, asked: calls.CheckReceipt) -> bool:
    return hmac.compare_digest(receipt_codes.file_seal(key, code, asked.digest), asked.seal)


def _keys(settings: Settings) -> tuple[bytes, ...]:
    return receipt_codes.keys(settings.receipt_keys, settings.signing_key)


def _history(tx: Transaction, row: RequestRow) -> list[Recorded[e.RequestEvent]]:
    return tx.history(row.stream)


def _appointment(row: RequestRow, booked: e.AppointmentBooked | None) -> calls.PrintedAppointment | None:
    if booked is None:
        return None
    return calls.PrintedAppointment(
        starts_at=booked.starts_at, ends_at=booked.ends_at, place=place(row.agenda_definition)
    )
