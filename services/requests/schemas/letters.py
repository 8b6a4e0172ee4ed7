"""Declared calls about who is written to by post or called, for the agents who do it."""

from services.chassis.contracts import RecordedLook, checked
from services.chassis.french_fields import Listed, Text
from services.chassis.structs import Struct
from services.requests.schemas.shapes import OnNumber


class Recipient(Struct):
    """`lines`: of the postal address; `phone`: where the person prefers to be called."""

    number: str
    name: str
    lines: tuple[str, ...]
    phone: str | None


class Recipients(Struct):
    items: tuple[Recipient, ...]


class ListRecipients(RecordedLook[Recipients], method="recipients"):
    """Of those of these requests that the agent may read and that are not erased, in that order."""

    numbers: tuple[str, ...] = checked(Listed(Text(), required=True))


class LetterGrant(Struct):
    """`grant` opens the letters of the request; `documents`: whether it opens its pieces as well."""

    number: str
    grant: str
    documents: bool


class ReadLetterGrant(OnNumber, RecordedLook[LetterGrant], method="letter_grant"):
    pass
