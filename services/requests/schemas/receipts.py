"""Declared calls about the receipt of a filing: as it is printed, saved in a file, and checked by whom it is shown to."""

from datetime import date, datetime

from services.chassis.contracts import Query, RecordedLook, text
from services.chassis.french_fields import shaped
from services.chassis.structs import Struct
from services.requests.schemas.drafts import AnswerLine
from services.requests.schemas.own_data import Section
from services.requests.schemas.quotas import Place
from services.requests.schemas.shapes import OnNumber

DIGEST = shaped(r"[0-9a-f]{64}|", "Il faut une empreinte SHA-256.")


class PrintedFile(Struct):
    """A file that was handed in with the request, and its piece; `sha256`: of the bytes as the town keeps them."""

    piece: str
    name: str
    size: int
    sha256: str


class PrintedAppointment(Struct):
    starts_at: datetime
    ends_at: datetime
    place: str


class PrintedReceipt(Struct):
    """What was filed, as it was filed, whatever came since.

    `town`, `department`: who gives the receipt, and who is in charge; `aimed_on`: the day aimed at, `aim_met` where it is that of the
    appointment; `mentions`: the paragraphs of the acknowledgement; `code`: what a receipt is checked by.
    """

    number: str
    procedure_title: str
    town: str
    department: str
    submitted_at: datetime
    holder: str
    member: str | None
    applicant: tuple[Section, ...]
    answers: tuple[AnswerLine, ...]
    files: tuple[PrintedFile, ...]
    appointment: PrintedAppointment | None
    bring: tuple[str, ...]
    aimed_on: date | None
    aim_met: bool
    place: Place | None
    mentions: tuple[str, ...]
    code: str


class ReadReceipt(OnNumber, RecordedLook[PrintedReceipt]):
    """Of a request that the caller may see; raises as `ReadRequest`, and RequestErased once what was filed is gone."""


class ReceiptSeal(Struct):
    seal: str


class SealReceiptFile(OnNumber, Query[ReceiptSeal]):
    """The seal of a file that holds that receipt. `digest`: the SHA-256 of its text; no program gives one."""

    code: str = text(required=True)
    digest: str = text(64, required=True, checks=(DIGEST,))


class ReceiptProof(Struct):
    """What a receipt proves. Number, minute of the filing and how many files are what its signature says.

    `procedure_title`: None of a confidential procedure, or where the request is not known: neither is then `kept`; `kept`: whether what was filed is
    still kept, then `agrees`: whether it is what the receipt was made from; `unchanged`: of a file, whether it is as the portal
    made it, None of a code.
    """

    number: str
    submitted_at: datetime
    files: int
    procedure_title: str | None
    kept: bool
    agrees: bool | None
    unchanged: bool | None


class CheckReceipt(Query[ReceiptProof]):
    """For anybody. `code`: however it was typed; of a file also the `digest` of its text, and the `seal` that it bears.

    Invalid, with its own code, where the typing is wrong, another town signed it, or nobody did.
    """

    code: str = text(required=True)
    digest: str = text(64, checks=(DIGEST,))
    seal: str = text(64)
