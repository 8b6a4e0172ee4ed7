"""What is typed of a person, read into the values that are kept: the one reader for accounts, requests and pages. Pure.

Each function takes what came from a page, a program or a file and returns the value in its usual form; it raises Wrong, whose
message says what the person has to do. A value that is kept is never read again.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.townhall import postal_address
from services.townhall.french_names import COUNTRIES, FRANCE
from services.townhall.untyped import is_mapping

MEANS = {
    "email": "Courriel",
    "mobile_phone": "Téléphone mobile",
    "home_phone": "Téléphone fixe",
    "work_phone": "Téléphone professionnel",
    "postal": "Courrier postal",
}
"""The means of contact with their labels, in the order of forms."""
DETAILS = MEANS | {"address": "Adresse", "preferred_contact": "Moyen de contact préféré"}
"""The details of a person that a request may change, with their labels."""
PHONES = ("mobile_phone", "home_phone", "work_phone")
"""Those of a space; a request has one, `phone`."""
MEANS_OF_REQUEST = {"email": "Courriel", "phone": "Téléphone", "postal": "Courrier postal"}
"""The means of contact of a request, in the order of its form."""
LABELS = {
    "civility": "Civilité",
    "given_names": "Prénoms",
    "birth_name": "Nom de naissance",
    "usage_name": "Nom d’usage",
    "birth_date": "Date de naissance",
    "birth_place": "Commune de naissance",
    "address": "Adresse",
    "email": MEANS_OF_REQUEST["email"],
    "phone": MEANS_OF_REQUEST["phone"],
}
"""What is asked of a person who files, in the words of forms."""
CIVILITIES = {"madame": "Madame", "monsieur": "Monsieur", "non_precise": ""}
KINDS = {"person": "Un particulier", "company": "Une entreprise", "association": "Une association"}
"""Who may file a request."""
ORGANISATIONS = ("association", "company")
RELATIONS = {"child": "Enfant", "spouse": "Conjoint", "parent": "Parent", "other": "Autre proche"}
"""Of a family member to the holder of the space."""
GUARDIANS = {"joint": "Vous, avec l’autre parent", "sole": "Vous seul ou vous seule", "none": "Une autre personne"}
"""Who has the parental authority over a child, in the words for the holder of the space."""
LONGEST_LINE = 100
OLDEST_YEARS = 125
JOINING = frozenset(" '’ʼ-‐‑–.,·")
DOMAIN = re.compile(r"\.\w\w")
SITE = re.compile(r"://|\bwww\.", re.IGNORECASE)
NOT_TEXT = frozenset(("Cc", "Cs", "Co", "Cn"))
"""Categories of Unicode: control characters, surrogates, private use, not assigned."""
INVISIBLE = "Retirez les caractères invisibles de cette réponse."


class Wrong(Exception):
    """The value cannot be accepted; the message says in French what the person has to do."""

    def at(self, name: str) -> dict[str, str]:
        """The sentences by dotted name, for a field of that name."""
        return {name: str(self)}


class WrongParts(Wrong):
    """Some parts of the value cannot be accepted: a sentence for each of them."""

    def __init__(self, parts: dict[str, str]) -> None:
        super().__init__(" ".join(parts.values()))
        self.parts = parts

    def at(self, name: str) -> dict[str, str]:
        return {f"{name}.{part}": sentence for part, sentence in self.parts.items()}


def is_empty(raw: object) -> bool:
    """Whether nothing was answered."""
    if isinstance(raw, str):
        return not raw.strip()
    if is_mapping(raw):
        return all(is_empty(part) for name, part in raw.items() if name != "country")
    return raw is None or raw is False or raw in ([], ())


def as_text(raw: object) -> str:
    """A text as it was typed, without the spaces around it."""
    if not isinstance(raw, str):
        raise Wrong("Indiquez un texte.")
    if any(ord(character) < 32 and character not in "\r\n\t" for character in raw):
        raise Wrong(INVISIBLE)
    return raw.strip().replace("\r\n", "\n")


def line(raw: object, longest: int = LONGEST_LINE) -> str:
    """One line without needless spaces, in Unicode's composed form."""
    text = " ".join(unicodedata.normalize("NFC", as_text(raw)).split())
    if len(text) > longest:
        raise Wrong(f"Écrivez {longest} caractères au plus.")
    if any(unicodedata.category(character) in NOT_TEXT for character in text):
        raise Wrong(INVISIBLE)
    return text


def name(raw: object) -> str:
    """What a person may be called: letters of any script, and what joins or shortens them.

    A person who files for another gives the town's mail its first words: they are a name, never the address of a site.
    """
    text = line(raw)
    lettered = all(character in JOINING or unicodedata.category(character)[0] in "LM" for character in text)
    if not (lettered and any(character.isalpha() for character in text)):
        raise Wrong("Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes.")
    if DOMAIN.search(text):
        raise Wrong("Mettez une espace après le point.")
    return text


def organisation_name(raw: object) -> str:
    """What an organisation may be called: figures, signs, even « Exemple.fr », but not what a mail would make a link."""
    text = line(raw)
    if SITE.search(text):
        raise Wrong("Écrivez le nom de l’organisme, sans adresse de site.")
    return text


def siret(raw: object) -> str:
    return _number(raw, r"[0-9]{14}", "Indiquez les quatorze chiffres du numéro SIRET.")


def rna(raw: object) -> str:
    return _number(raw, r"W[0-9]{9}", "Indiquez la lettre W suivie de neuf chiffres.")


def _number(raw: object, pattern: str, wrong: str) -> str:
    """However its figures were put in groups."""
    text = "".join(line(raw).split()).upper()
    if not re.fullmatch(pattern, text):
        raise Wrong(wrong)
    return text


def one_of(choices: Collection[str]) -> Callable[[object], str]:
    """A reader of one of these values."""

    def read(raw: object) -> str:
        if not isinstance(raw, str) or raw not in choices:
            raise Wrong("Choisissez une réponse de la liste.")
        return raw

    return read


def day(raw: object) -> date:
    """A calendar day, as a browser (2026-11-24) or a person (24/11/2026) writes it."""
    text = as_text(raw)
    french = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong("Indiquez une date qui existe, avec l’année en quatre chiffres, par exemple 24/11/2026.")


def birth_date(raw: object, today: date) -> str:
    """In ISO 8601."""
    born = day(raw)
    if born > today:
        raise Wrong("La date de naissance ne peut pas être dans l’avenir.")
    if today.year - born.year > OLDEST_YEARS:
        raise Wrong("Vérifiez l’année de naissance.")
    return born.isoformat()


def email(raw: object) -> str:
    """A well-formed address, normalised. Whether it exists is not checked."""
    try:
        return validate_email(as_text(raw), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Wrong("Écrivez une adresse complète, par exemple prenom.nom@exemple.fr.") from None


def phone(raw: object) -> str:
    """A possible phone number, French ones in national form.

    Possible, not valid: numbers kept for fiction and ranges opened since the library was made are numbers too.
    """
    try:
        number = phonenumbers.parse(as_text(raw), "FR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Wrong("Indiquez un numéro à dix chiffres, ou précédé de + et de l’indicatif du pays.")
    national = number.country_code == 33
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def address(raw: object) -> dict[str, str]:
    """A postal address with its mandatory parts; raises WrongParts with every line at fault. Abroad, a postcode is as it is."""
    if not is_mapping(raw) or set(raw) - set(postal_address.LONGEST):
        raise Wrong("Indiquez une adresse.")
    parts: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for part, longest in postal_address.LONGEST.items():
        try:
            parts[part] = line(raw.get(part) or "", LONGEST_LINE if part == "country" else longest)
        except Wrong as error:
            parts[part], wrong[part] = "", str(error)
    parts["country"] = (parts["country"] or FRANCE).upper()
    if parts["country"] == FRANCE:
        parts["postcode"] = postal_address.french_postcode(parts["postcode"])
    needed = {
        "line1": "Indiquez le numéro et la voie.",
        "postcode": "Indiquez un code postal à cinq chiffres." if parts["country"] == FRANCE else "",
        "city": "Indiquez la commune.",
    }
    wrong = {part: sentence for part, sentence in needed.items() if sentence and not parts[part]} | wrong
    if parts["country"] not in COUNTRIES:
        wrong["country"] = "Choisissez un pays de la liste."
    if wrong:
        raise WrongParts(wrong)
    return parts
