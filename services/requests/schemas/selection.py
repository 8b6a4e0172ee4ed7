"""Declared call about requests that an agent has chosen in a list, before acting on each of them."""

from marshmallow.validate import Length

from services.chassis.contracts import RecordedLook, checked
from services.chassis.french_fields import Listed, Text
from services.chassis.structs import Struct
from services.requests.schemas.work_list import WorkLine

MOST_CHOSEN = 50


class SharedReply(Struct):
    """A prepared reply that may leave for several requests at once; `numbers`: of those that it fits as they stand.

    `label`: of the status `to` where they go, `closes`: whether it ends them.
    """

    slug: str
    title: str
    to: str
    label: str
    closes: bool
    text: str
    numbers: tuple[str, ...]


class ChosenLine(WorkLine):
    """`version`: of the request as it is shown, for who acts on it. `confidential`: only a right opens it."""

    version: int
    confidential: bool = False


class Selection(Struct):
    """`items`: those of the requests that the agent may see, in the order in which they were named."""

    items: tuple[ChosenLine, ...]
    replies: tuple[SharedReply, ...]


class ReadSelection(RecordedLook[Selection]):
    """Of the agent's departments."""

    numbers: tuple[str, ...] = checked(
        Listed(
            Text(),
            required=True,
            validate=Length(max=MOST_CHOSEN, error="Choisissez {max} demandes au plus à la fois."),
        )
    )
