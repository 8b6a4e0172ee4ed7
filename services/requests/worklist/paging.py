"""A page of the agents' list: from its beginning, from a place that a cursor names, or the last one."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.requests.schemas.work_list import ListWork
from services.requests.worklist import cursors, rows as work_list
from services.requests.worklist.cursors import Place
from services.requests.worklist.rows import PAGE, Filter, Line
from services.requests.worklist.spread import spread


class Page(Struct):
    """`first`: the rank of its first line, as far as it is known. `next`, `previous`: the cursors of the pages beside it."""

    lines: list[Line]
    first: int
    limit: int
    next: str | None
    previous: str | None


def turned(tx: Transaction, settings: Settings, wanted: Filter, asked: ListWork, sort: str, total: int) -> Page:
    """The page that is asked for. Where the requests behind a cursor are gone, the last page; where fewer than a page come before
    one, the first. Raises CursorUnknown."""
    wanted = spread(tx, wanted)
    limit = asked.rows or PAGE
    if asked.cursor is None:
        return _numbered(tx, settings, wanted, sort, limit, asked.page or 1)
    place = cursors.read(settings, asked.cursor, sort, len(work_list.keys_of(wanted, sort)))
    found, more = work_list.page(tx, wanted, sort=sort, limit=limit, place=place)
    if not found and not place.before:
        place = Place(sort=sort, before=True)
        found, more = work_list.page(tx, wanted, sort=sort, limit=limit, place=place)
    if not place.before:
        return _made(settings, found, sort, limit, place.rank + 1, before=True, after=more)
    if not more:
        return _numbered(tx, settings, wanted, sort, limit, 1)
    at_end = not place.values
    first = (total if at_end else place.rank) - limit + 1
    return _made(settings, found, sort, limit, first, before=True, after=not at_end)


def _numbered(tx: Transaction, settings: Settings, wanted: Filter, sort: str, limit: int, number: int) -> Page:
    offset = (number - 1) * limit
    found, more = work_list.page(tx, wanted, sort=sort, limit=limit, offset=offset)
    return _made(settings, found, sort, limit, offset + 1, before=offset > 0, after=more)


def _made(
    settings: Settings, lines: list[Line], sort: str, limit: int, first: int, *, before: bool, after: bool
) -> Page:
    first = max(first, 1)
    following, preceding = None, None
    if lines and after:
        last = first + len(lines) - 1
        following = cursors.written(settings, Place(sort=sort, values=lines[-1].place, rank=last))
    if lines and before:
        preceding = cursors.written(settings, Place(sort=sort, values=lines[0].place, before=True, rank=first - 1))
    return Page(lines=lines, first=first, limit=limit, next=following, previous=preceding)
