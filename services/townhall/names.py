"""How a person or a town hall is called, wherever one is named: lists, pages, mails, prepared replies. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

JOINING = frozenset(" '’ʼ-‐‑–.,·")
DOMAIN = re.compile(r"\.\w\w")
SITE = re.compile(r"://|\bwww\.", re.IGNORECASE)
NOT_A_PERSON = "Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes."
AFTER_A_POINT = "Mettez une espace après le point."
NOT_AN_ORGANISATION = "Écrivez le nom de l’organisme, sans adresse de site."

CONTRACTED = {"Le ": "du ", "Les ": "des "}
VOWELS = "AÀÂÆEÉÈÊËIÎÏOÔŒUÙÛÜY"


def why_not_a_person(text: str) -> str:
    """Why no person may be called so, empty where one may: letters of any script, and what joins or shortens them.

    Whoever files for another gives the town's mail its first words: they are a name, never the address of a site.
    """
    lettered = all(character in JOINING or unicodedata.category(character)[0] in "LM" for character in text)
    if not (lettered and any(character.isalpha() for character in text)):
        return NOT_A_PERSON
    return AFTER_A_POINT if DOMAIN.search(text) else ""


def of_an_organisation(text: str) -> bool:
    """Whether an organisation may be called so: figures, signs, even « Exemple.fr », but not what a mail would make a link."""
    return not SITE.search(text)


def full_name(person: Mapping[str, Any]) -> str:
    """Given names and the name in use: the birth name where no other was given. Empty for a person without a name."""
    names = (person.get("given_names"), person.get("usage_name") or person.get("birth_name"))
    return " ".join(str(name) for name in names if name)


def town_hall(town: str) -> str:
    """« Mairie de Saint-Aubin-sur-Orne », « Mairie d’Aube », « Mairie du Mans »."""
    for article, contracted in CONTRACTED.items():
        if town.startswith(article):
            return f"Mairie {contracted}{town.removeprefix(article)}"
    return f"Mairie d’{town}" if town[:1] in VOWELS else f"Mairie de {town}"
