"""Fields that several calls of requests take, and the answer of several commands on a request."""

from collections.abc import Callable

from services.chassis.contracts import checked
from services.chassis.french_fields import Text, Whole, shaped
from services.chassis.structs import Struct

A_SLUG = shaped(r"[a-z0-9-]{1,80}", "Il faut un identifiant.")
A_NAME = shaped(r"[a-z0-9_-]{1,80}", "Il faut un identifiant.")
"""What the town's data calls by a name with underscores, such as a status."""


class OnRequest(Struct):
    """The number of the request that was changed."""

    number: str


class OnNumber(Struct):
    """A call about one request. `number`: however it was typed."""

    number: str = checked(Text(required=True))


class OnVersion(OnNumber):
    """A change of one request. `version`: the one that the caller has read."""

    version: int = checked(Whole(required=True, least=1))


def slug() -> str:
    return checked(Text(required=True, checks=[A_SLUG]))


def optional_text(*checks: Callable[[str], object], blank: bool = False) -> str | None:
    """None where it is not given."""
    return checked(Text(load_default=None, allow_none=True, blank=blank, checks=checks), default=None)


def optional_whole(*, least: int, most: int | None = None) -> int | None:
    """None where it is not given."""
    return checked(Whole(load_default=None, allow_none=True, least=least, most=most), default=None)
