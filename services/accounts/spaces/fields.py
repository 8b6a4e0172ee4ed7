"""One section of a form, read field by field: values out, and a French sentence for each that is wrong. Pure."""

from collections.abc import Callable, Mapping
from datetime import date

from services.townhall import person, postal_address
from services.townhall.person import Wrong, WrongParts
from services.townhall.untyped import parts

Errors = dict[str, str]


class Section:
    """The typed values of one section, and the errors found in them. `missing`: the sentence for a value that must be given."""

    def __init__(self, name: str, data: Mapping[str, object], errors: Errors) -> None:
        self._name = name
        self._data = data
        self._errors = errors

    @classmethod
    def of(cls, form: Mapping[str, object], name: str, errors: Errors) -> "Section":
        """The section of that name; an empty one when the form holds none, so that every missing field is refused."""
        return cls(name, parts(form.get(name)), errors)

    def refuse(self, field: str, sentence: str) -> str:
        self._errors.setdefault(f"{self._name}.{field}", sentence)
        return ""

    def take(self, field: str, read: Callable[[str], str] = person.line, *, missing: str = "") -> str:
        typed = self._typed(field)
        if person.is_empty(typed):
            return self.refuse(field, missing) if missing else ""
        try:
            return read(typed)
        except Wrong as wrong:
            return self.refuse(field, str(wrong))

    def birth_date(self, today: date, *, missing: str = "Indiquez votre date de naissance.") -> str:
        return self.take("birth_date", lambda typed: person.birth_date(typed, today), missing=missing)

    def address(self) -> dict[str, str]:
        typed = {part: self._typed(part) for part in postal_address.LONGEST}
        try:
            return person.address(typed)
        except WrongParts as wrong:
            for part, sentence in wrong.parts.items():
                self.refuse(part, sentence)
            return typed

    def _typed(self, field: str) -> str:
        """A file may hold a number, or a date."""
        return str(self._data.get(field) or "")
