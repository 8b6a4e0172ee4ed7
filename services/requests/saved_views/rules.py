"""How many views an agent may save, and under which names. Pure."""

from collections.abc import Mapping

from services.requests import refusals
from services.requests.schemas.saved_views import LONGEST_NAME, MOST_VIEWS


def named(typed: str) -> str:
    """The name as it is kept; raises ViewNameTooLong."""
    name = " ".join(typed.split())
    if len(name) > LONGEST_NAME:
        raise refusals.ViewNameTooLong(fields={"name": refusals.ViewNameTooLong.message})
    return name


def require_room(known: Mapping[str, str], name: str, view_id: str | None) -> None:
    """`known`: the names of the agent's views, by id. Raises ViewUnknown for another's id, TooManyViews, ViewNameTaken."""
    if view_id is not None and view_id not in known:
        raise refusals.ViewUnknown
    if view_id is None and len(known) >= MOST_VIEWS:
        raise refusals.TooManyViews
    if name.casefold() in {other.casefold() for one, other in known.items() if one != view_id}:
        raise refusals.ViewNameTaken
