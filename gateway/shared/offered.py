"""Every procedure that may be asked for today, as it is published."""

from collections.abc import Iterator
from itertools import count

from gateway.clients import ANYONE
from gateway.conversation import clients
from gateway.town import MOST_TITLES, town_book
from services.procedures.schemas.catalogue import SearchCatalogue
from services.procedures.schemas.definitions.procedures import Procedure


def offered_procedures() -> Iterator[Procedure]:
    """In the order of the catalogue."""
    for number in count(1):
        found = clients().send(SearchCatalogue(page=number, per_page=MOST_TITLES), actor=ANYONE)
        yield from (town_book().definition(item.slug, item.version) for item in found.items)
        if not found.items or number * MOST_TITLES >= found.total:
            return
