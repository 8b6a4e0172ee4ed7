"""A place in the agents' sorted list, as addresses carry it: signed, so that what it says of a row was read from one.

It holds what the list is sorted by (days, a status, a slug, the function of an agent) and an id, never the name of an applicant.
Pure.
"""

from services.chassis.contracts import Misfit, from_json, to_json
from services.chassis.settings import Settings
from services.chassis.signing import BadStatement, sign, unsign
from services.chassis.structs import Struct
from services.requests import refusals

PURPOSE = "place in a list"
END = "end"
"""The cursor of the last page of any list."""


class Place(Struct):
    """After the row that has these `values` in the order of the list, or `before` it; no values: before the end.

    `rank`: how many rows came before that place when it was written.
    """

    sort: str
    values: tuple[str, ...] = ()
    before: bool = False
    rank: int = 0


def written(settings: Settings, place: Place) -> str:
    return sign(settings, PURPOSE, to_json(place))


def read(settings: Settings, cursor: str, sort: str, parts: int) -> Place:
    """The place that the cursor names, in a list of that order, whose rows differ by so many values.

    Raises CursorUnknown for one that we did not write, or for another order.
    """
    if cursor == END:
        return Place(sort=sort, before=True)
    try:
        place = from_json(Place, unsign(settings, PURPOSE, cursor, None))
    except (BadStatement, Misfit):
        raise refusals.CursorUnknown(fields={"cursor": refusals.CursorUnknown.message}) from None
    if place.sort != sort or len(place.values) != parts:
        raise refusals.CursorUnknown(fields={"cursor": refusals.CursorUnknown.message})
    return place
