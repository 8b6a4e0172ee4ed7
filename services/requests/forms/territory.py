"""Whether an address is in the town, for the fields that a definition asks there (`in_town`); pure."""

import re
from collections.abc import Mapping

from services.procedures.schemas.definitions.towns import Territory
from services.requests import blind_index
from services.townhall.person import WrongParts
from services.townhall.untyped import text

SHORTENED = {"st": "saint", "ste": "sainte"}


def check(address: Mapping[str, object], territory: Territory) -> None:
    """Raises WrongParts, at the line that leads elsewhere, where postcode, city or country is not the town's."""
    cities = {_folded(city) for city in territory.cities}
    if address["country"] != "FR" or address["postcode"] not in territory.postcodes:
        raise WrongParts({"postcode": _elsewhere(territory)})
    if _folded(text(address["city"])) not in cities:
        raise WrongParts({"city": _elsewhere(territory)})


def names_no_place(address: Mapping[str, object], territory: Territory) -> bool:
    """Whether an address says no more than the town, as the form had filled it in."""
    given = {part: text(said).strip() for part, said in address.items() if part != "country" and text(said).strip()}
    known = {"postcode": territory.postcodes, "city": territory.cities}
    return bool(given) and all(said in known.get(part, ()) for part, said in given.items())


def _elsewhere(territory: Territory) -> str:
    postcodes = ", ".join(territory.postcodes)
    return f"Indiquez une adresse dans la commune ({territory.name}, {postcodes}) : cette démarche ne concerne qu’elle."


def _folded(city: str) -> tuple[str, ...]:
    """`ST AUBIN S/ ORNE CEDEX 2` is read as `Saint-Aubin-sur-Orne`: as people, maps and the post write it."""
    plain = re.sub(r"(?i)\bs/", "sur ", re.sub(r"(?i)\s+cedex\b.*", "", city))
    return tuple(SHORTENED.get(word, word) for word in blind_index.words(plain))
