"""Declared calls about the views of the list that agents save for themselves."""

from services.chassis.contracts import Command, Done, Query, checked, identifier
from services.chassis.french_fields import Listed, Text
from services.chassis.structs import Struct
from services.requests.schemas.shapes import A_SLUG
from services.requests.schemas.work_list import Narrowed

MOST_VIEWS = 12
LONGEST_NAME = 40


class SavedView(Narrowed):
    """`columns`: as the agent chose them, none for the usual ones; `count`: how many requests it holds, `more` where there are more."""

    view_id: str
    name: str
    columns: tuple[str, ...] = ()
    count: int
    more: bool = False


class SavedViews(Struct):
    """In the order of their names."""

    items: tuple[SavedView, ...]


class ListSavedViews(Query[SavedViews]):
    """Of the agent who asks."""


class SavedViewKey(Struct):
    view_id: str


class SaveView(Narrowed, Command[SavedViewKey]):
    """Under a new name; with `view_id`, in the place of what that view was. Raises TooManyViews, ViewNameTaken, ViewUnknown."""

    name: str = checked(Text(required=True))
    view_id: str | None = identifier(required=False)
    columns: tuple[str, ...] = checked(Listed(Text(checks=[A_SLUG]), load_default=()), default=())


class RemoveView(Command[Done]):
    """Removed twice, it is removed."""

    view_id: str = identifier()
