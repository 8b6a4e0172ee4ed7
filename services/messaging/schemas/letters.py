"""Declared calls about what is printed, handed over or posted, and about calls to make, for persons who are not written to
by e-mail. Moments are ISO 8601."""

from services.chassis.contracts import Command, Query, checked, identifier
from services.chassis.french_fields import Text, Whole, one_of
from services.chassis.structs import Struct
from services.townhall.grants import WithGrant


class WaitingLetter(Struct):
    """A letter, or a call where `call`; `kind`: the purpose of the mail that it stands for. Without any name."""

    id: str
    kind: str
    label: str
    number: str
    procedure_title: str
    since: str
    printed: bool
    call: bool


class WaitingLetters(Struct):
    items: tuple[WaitingLetter, ...]
    total: int
    per_page: int


class ListLetters(Query[WaitingLetters], method="letters"):
    """What waits in the agent's departments, the oldest first."""

    page: int = checked(Whole(load_default=1, least=1, most=1_000), default=1)


class LettersCount(Struct):
    waiting: int


class CountLetters(Query[LettersCount], method="letters_waiting"):
    """How many wait in the agent's departments."""


class LetterPart(Struct):
    """A paragraph of a letter on paper: a `heading`, a `link` with its label and its address as text, or `text`."""

    kind: str
    text: str
    label: str = ""


class Envelope(Struct):
    name: str
    lines: tuple[str, ...]


class Department(Struct):
    """In charge of the request, with its contacts."""

    name: str
    address: str
    email: str
    phone: str


class Letter(Struct):
    """As it was printed last, else as it would be printed now. `state`: "on_paper", "handed_over" or "posted".

    `decision`: whether documents of the town go with it, of which it names `enclosed`."""

    id: str
    number: str
    kind: str
    label: str
    subject: str
    title: str
    parts: tuple[LetterPart, ...]
    recipient: Envelope
    department: Department
    town: str
    place: str
    since: str
    state: str
    printed_at: str | None = None
    delivered_at: str | None = None
    delivered_by: str = ""
    decision: bool = False
    enclosed: tuple[str, ...] = ()


class ReadLetter(WithGrant, Query[Letter], method="letter"):
    """`letter_id`: None for the acknowledgement; `enclosed`: the town's documents, named in a decision."""

    letter_id: str | None = identifier(required=False)
    enclosed: tuple[str, ...] = ()


class LetterPrinted(Struct):
    letter_id: str
    printed_at: str


class PrintLetter(WithGrant, Command[LetterPrinted]):
    """What is printed now is kept as the proof; refused once it was delivered."""

    letter_id: str = identifier()
    enclosed: tuple[str, ...] = ()


class LetterDelivery(Struct):
    """`state`: the way of the command."""

    letter_id: str
    state: str


class DeliverLetter(WithGrant, Command[LetterDelivery]):
    """`way`: "handed_over", "posted" or "called"; refused where it was not printed, or was delivered already."""

    letter_id: str = identifier()
    way: str = checked(Text(required=True, checks=[one_of(("handed_over", "posted", "called"))]))
