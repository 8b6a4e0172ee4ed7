"""One section of a form, read field by field: tidy values out, and a French sentence for each that is wrong. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.townhall import names, postal_address
from services.townhall.french_names import FRANCE

OLDEST_YEARS = 125

Errors = dict[str, str]


class Section:
    """The typed values of one section, and the errors found in them."""

    def __init__(self, name: str, data: Mapping[str, Any], errors: Errors) -> None:
        self._name = name
        self._data = data
        self._errors = errors

    @classmethod
    def of(cls, form: Mapping[str, Any], name: str, errors: Errors) -> "Section":
        """The section of that name; an empty one when the form holds none, so that every missing field is told."""
        data = form.get(name)
        return cls(name, data if isinstance(data, Mapping) else {}, errors)

    def refuse(self, field: str, sentence: str) -> str:
        self._errors.setdefault(f"{self._name}.{field}", sentence)
        return ""

    def text(self, field: str, *, missing: str = "", longest: int = 100) -> str:
        """One line without needless spaces; `missing` is the sentence when it must be given and is not."""
        value = " ".join(unicodedata.normalize("NFC", str(self._data.get(field) or "")).split())
        if not value:
            return self.refuse(field, missing) if missing else ""
        if len(value) > longest:
            return self.refuse(field, f"Écrivez {longest} caractères au plus.")
        if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in value):
            return self.refuse(field, "Retirez les caractères qui ne sont pas du texte.")
        return value

    def name(self, field: str, *, missing: str = "") -> str:
        value = self.text(field, missing=missing)
        sentence = names.why_not_a_person(value) if value else ""
        return self.refuse(field, sentence) if sentence else value

    def shaped(self, field: str, shape: str, wrong: str) -> str:
        """A number of that shape, however its figures were put in groups; it may be left out."""
        value = "".join(self.text(field).upper().split())
        return value if not value or re.fullmatch(shape, value) else self.refuse(field, wrong)

    def birth_date(self, today: date, *, missing: str = "Indiquez votre date de naissance.") -> str:
        typed = self.text("birth_date", missing=missing)
        if not typed:
            return ""
        try:
            born = date.fromisoformat(typed)
        except ValueError:
            return self.refuse("birth_date", "Indiquez une date qui existe, par exemple 12 04 1987.")
        if born > today:
            return self.refuse("birth_date", "La date de naissance ne peut pas être dans l’avenir.")
        if today.year - born.year > OLDEST_YEARS:
            return self.refuse("birth_date", "Vérifiez l’année de naissance.")
        return born.isoformat()

    def postcode(self, country: str) -> str:
        if country != FRANCE:  # some countries have none
            return self.text("postcode", longest=postal_address.LONGEST["postcode"])
        typed = self.text("postcode", missing="Indiquez le code postal.", longest=postal_address.LONGEST["postcode"])
        figures = postal_address.french_postcode(typed)
        if typed and not figures:
            return self.refuse("postcode", "Le code postal compte cinq chiffres, par exemple 61990.")
        return figures

    def email(self, *, missing: str = "") -> str:
        typed = self.text("email", missing=missing, longest=254)
        if not typed:
            return ""
        try:
            return validate_email(typed, check_deliverability=False).normalized
        except EmailNotValidError:
            return self.refuse("email", "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr.")

    def phone(self, field: str) -> str:
        typed = self.text(field, longest=30)
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, "FR")
        except phonenumbers.NumberParseException:
            return self.refuse(field, "Écrivez un numéro de téléphone, par exemple 02 61 91 10 00.")
        # Possible, not valid: numbers kept for fiction and ranges opened since the library was made are numbers too.
        if not phonenumbers.is_possible_number(number):
            return self.refuse(field, "Vérifiez ce numéro : il est trop court ou trop long.")
        national = number.country_code == phonenumbers.country_code_for_region("FR")
        form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form)
