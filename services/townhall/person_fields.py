"""What is typed of a person, read field by field: the one reader for accounts and requests. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Self, TypeVar

from services.chassis.structs import Struct
from services.townhall import person
from services.townhall.person import CIVILITIES, MEANS, PHONES, Wrong
from services.townhall.untyped import parts

T = TypeVar("T")
Errors = dict[str, str]

READERS: Mapping[str, Callable[[object], str]] = {
    **dict.fromkeys(("birth_place", "relation", "parental_authority"), person.line),
    **dict.fromkeys(("slug", "username", "function", "role", "kind"), person.line),
    "civility": person.one_of(CIVILITIES),
    **dict.fromkeys(("given_names", "birth_name", "usage_name"), person.name),
    "email": person.email,
    **dict.fromkeys(("phone", *PHONES), person.phone),
    "preferred_contact": person.one_of(MEANS),
    "name": person.organisation_name,
    "siret": person.siret,
    "rna": person.rna,
}
"""How a field of a person, an agent or an organisation is read, by its name; the date of birth needs the day of today."""
MISSING = {
    "given_names": "Indiquez vos prénoms.",
    "birth_name": "Indiquez votre nom de naissance.",
    "usage_name": "Indiquez votre nom.",
    "birth_date": "Indiquez votre date de naissance.",
    "birth_place": "Indiquez votre commune de naissance.",
    "email": "Indiquez votre courriel.",
    "address": "Indiquez votre adresse.",
    "name": "Indiquez le nom de l’organisme.",
    "siret": "Indiquez le numéro SIRET de l’entreprise.",
    "rna": "Indiquez le numéro RNA de l’association.",
}
"""What is said of each mandatory field that was left out, to a person who types for herself."""


class PersonFields(Struct):
    """Adds a sentence to `errors`, by dotted name, for each field that is missing or wrong; the first of a field counts.

    `within`: what comes before the name of a field, up to the dot; `missing`: what is said of a field that is required.
    """

    form: Mapping[str, object]
    errors: Errors
    missing: Mapping[str, str]
    within: str = ""

    def part(self, name: str) -> Self:
        """The fields of that part; none where the form has no such part, so that every required one is refused."""
        return replace(self, form=parts(self.form.get(name)), within=f"{self.within}{name}.")

    def typed(self, field: str) -> object:
        return self.form.get(field)

    def refuse(self, field: str, sentence: str) -> None:
        self.errors.setdefault(f"{self.within}{field}", sentence)

    def take(self, field: str, *, required: bool = False) -> str:
        """The value in its usual form; "" where it is missing or wrong."""
        return self.read(field, READERS[field], required=required) or ""

    def birth_date(self, today: date, *, required: bool = False) -> str:
        return self.read("birth_date", lambda typed: person.birth_date(typed, today), required=required) or ""

    def given(self, names: Iterable[str], required: Collection[str] = ()) -> dict[str, str]:
        """Those of the fields that have a value."""
        return {name: value for name in names if (value := self.take(name, required=name in required))}

    def read(self, field: str, read: Callable[[object], T], *, required: bool = False) -> T | None:
        typed = self.typed(field)
        if person.is_empty(typed):
            if required:
                self.refuse(field, self.missing[field])
            return None
        try:
            return read(typed)
        except Wrong as wrong:
            self.errors.update(wrong.at(f"{self.within}{field}"))
            return None
