"""What of a procedure can be found; pure."""

from services.procedures.schemas.definitions.areas import ServiceArea
from services.procedures.schemas.definitions.procedures import ProcedureForm
from services.townhall import search_words
from services.townhall.search_words import Searchable


def searchable(definition: ProcedureForm, area: ServiceArea) -> Searchable:
    """What a resolved definition can be found by, with the title and the keywords of its service area."""
    choices = [label for field in definition.fields for label in field.choices.values()]
    return search_words.searchable(
        name=definition.title,
        keywords=[*definition.keywords, area.title, *area.keywords],
        summary=definition.summary,
        rest=[definition.help, definition.audience, *choices],
    )
