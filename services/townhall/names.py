"""How a person or a town hall is called, wherever one is named: lists, pages, mails, prepared replies. Pure."""

import re
from collections.abc import Mapping

CONTRACTED = {"Le ": "du ", "Les ": "des "}
VOWELS = "AÀÂÆEÉÈÊËIÎÏOÔŒUÙÛÜY"


def full_name(person: Mapping[str, object]) -> str:
    """Given names and the name in use: the birth name where no other was given. Empty for a person without a name."""
    names = (person.get("given_names"), person.get("usage_name") or person.get("birth_name"))
    return " ".join(str(name) for name in names if name)


def town_hall(town: str) -> str:
    """« Mairie de Saint-Aubin-sur-Orne », « Mairie d’Aube », « Mairie du Mans »."""
    for article, contracted in CONTRACTED.items():
        if town.startswith(article):
            return f"Mairie {contracted}{town.removeprefix(article)}"
    return f"Mairie d’{town}" if town[:1] in VOWELS else f"Mairie de {town}"


def initials(town: str) -> str:
    """The letters of the town's shield: `SA` for Saint-Aubin-sur-Orne."""
    words = [word for word in re.split(r"[\s\-’']+", town) if word[:1].isupper()]
    return "".join(word[0] for word in words[:2])


def signed(agent: str | None, department: str, *, outside: bool) -> str:
    """To the person outside, the department; among agents, the function of the agent, or the department where none is known."""
    return department if outside else agent or department
