"""Which pieces to prepare, by the answers that call for them, said before anything is begun; pure."""

from collections.abc import Iterable

from gateway.pages.components.uploader import Piece
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.forms import Condition, FieldType
from services.procedures.schemas.definitions.procedures import Procedure
from services.townhall.typography import NBSP


class Case(Struct):
    """`when`: in words, empty where everybody is asked for the pieces."""

    when: str
    pieces: tuple[Piece, ...]


def by_case(definition: Procedure, pieces: Iterable[Piece]) -> list[Case]:
    """What everybody is asked for first."""
    said = {
        document.slug: document.case or _in_words(definition, document.shown_when) for document in definition.documents
    }
    found: dict[str, list[Piece]] = {"": []}
    for one in pieces:
        found.setdefault(said.get(one.slug, ""), []).append(one)
    return [Case(when=when, pieces=tuple(asked)) for when, asked in found.items() if asked]


def _in_words(definition: Procedure, condition: Condition | None) -> str:
    field = next((one for one in definition.fields if condition and one.name == condition.field), None)
    if condition is None or field is None:
        return ""
    if field.type is FieldType.CHECKBOX:
        return f"Si vous {'cochez' if condition.equals else 'ne cochez pas'} {_quoted(field.label)}"
    single = [one for one in (condition.equals, condition.contains) if one is not None]
    wanted = [*single, *(condition.any_of or ()), *(condition.any_contains or ())]
    *others, last = [_quoted(field.choices.get(str(one), str(one))) for one in wanted]
    answers = f"{', '.join(others)} ou {last}" if others else last
    return f"Si vous répondez {answers} à {_quoted(field.label)}"


def _quoted(words: str) -> str:
    return f"«{NBSP}{words}{NBSP}»"
