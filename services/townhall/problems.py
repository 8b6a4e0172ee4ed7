"""What is wrong with files that a town wrote: which file, which entry, which field, and what to write instead; pure."""

from collections.abc import Iterator, Sequence

from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.townhall.untyped import is_list, is_mapping, parts

Path = tuple[object, ...]
"""The keys and positions on the way to a value."""

NAMES = ("slug", "username", "ref", "name", "kind")
"""How the entries of a list are called, in the order in which they are looked for."""

MOST_SHOWN = 100
"""More problems than that are counted only."""


class Problem(Struct):
    """One mistake. `entry` is a slug, or empty where the file itself is wrong; `field` a dotted name, or empty."""

    file: str
    entry: str = ""
    field: str = ""
    message: str

    @property
    def place(self) -> str:
        """Where to look, as the author of the file would say it."""
        return " › ".join(part for part in (self.file, self.entry, self.field) if part)


class ImportRefused(Invalid):
    """Nothing of the import was kept; `fields` says what to mend, place by place."""

    code = "import_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        fields: dict[str, str] = {}
        for problem in problems[:MOST_SHOWN]:
            fields[problem.place] = " ".join(filter(None, (fields.get(problem.place), problem.message)))
        count = "1 erreur" if len(problems) == 1 else f"{len(problems)} erreurs"
        super().__init__(
            f"L’import est refusé : {count}. Rien n’en a été repris.",
            fields=fields,
            details={"problems": len(problems)},
        )


def from_schema(file: str, document: object, errors: object) -> list[Problem]:
    """The errors of a marshmallow schema, entry by entry: numbers of lines in a list give way to slugs and names."""
    return [
        Problem(file=file, entry=entry, field=field, message=message)
        for path, message in _flat(errors)
        for entry, field in [_place(document, path)]
    ]


def _flat(errors: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if is_mapping(errors):
        for step, inner in errors.items():
            yield from _flat(inner, path if step == "_schema" else (*path, step))
    elif is_list(errors):
        for message in errors:
            yield path, str(message)
    else:
        yield path, str(errors)


def _place(document: object, path: Path) -> tuple[str, str]:
    """The entry is the first element of a list on the way, if it has a name: then the list is known from the file and the
    entry. Everything else on the way is part of the field."""
    entry, field, here = "", list[str](), document
    for position, step in enumerate(path):
        if isinstance(step, int):
            here = here[step] if is_list(here) and step < len(here) else None
            called = _name(here)
            if called and not any(isinstance(before, int) for before in path[:position]):
                entry, field = called, []
            else:
                field.append(called or f"n° {step + 1}")
        else:
            here = parts(here).get(str(step))
            field.append(str(step))
    return entry, ".".join(field)


def _name(element: object) -> str | None:
    return next((name for key in NAMES if isinstance(name := parts(element).get(key), str)), None)
