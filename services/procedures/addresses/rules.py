"""What was typed of an address, what is looked for, and which of the streets found are proposed; pure."""

import re
from collections.abc import Iterable, Sequence

from services.chassis.structs import Struct
from services.procedures.schemas.addresses import MOST_PROPOSED, ProposedAddress
from services.procedures.schemas.definitions.towns import Identity, Territory
from services.townhall.folding import folded
from services.townhall.postal_address import LONGEST
from services.townhall.search_words import plain, words

MOST_WORDS = 8
SHORTEST_WORD = 2
LEAST_LETTERS = 3
BARE = "*"
"""A word of the index that no name has: of the names made of common words alone, such as « Le Clos »."""
POSTCODE = "="
"""What stands before a postcode in the index, so that no number in a name is taken for the beginning of one."""
NUMBER = re.compile(
    r"\s*(?P<number>[0-9]{1,4})(?![0-9])(?:\s*[-/]\s*[0-9]{1,4})?"
    r"(?:\s*(?P<suffix>bis|ter|quater|quinquies|[a-h])(?![^\W_])(?=[\s,]+\S))?[\s,]*(?P<street>.*)"
)
ROADS = frozenset((
    "allee", "allees", "avenue", "boulevard", "chaussee", "chemin", "cite", "clos", "cour", "cours", "dit", "esplanade",
    "faubourg", "hameau", "impasse", "lieu", "lotissement", "mail", "montee", "parvis", "passage", "place", "placette",
    "point", "promenade", "quai", "quartier", "residence", "rond", "route", "rue", "ruelle", "sente", "sentier", "square",
    "traverse", "venelle", "villa", "voie",
))  # fmt: skip
LITTLE = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"))
SHORT = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "ch": "chemin", "che": "chemin", "chem": "chemin", "fg": "faubourg", "imp": "impasse", "lot": "lotissement",
    "pl": "place", "pass": "passage", "r": "rue", "res": "residence", "rte": "route", "sq": "square",
    "cdt": "commandant", "cne": "capitaine", "dr": "docteur", "gal": "general", "mal": "marechal", "pdt": "president",
    "st": "saint", "ste": "sainte",
}  # fmt: skip
"""Words as people and envelopes shorten them."""
COMMON = ROADS | LITTLE | {short for short, whole in SHORT.items() if whole in ROADS}
"""Words that say nothing of which street is meant: half of a town's streets have one."""


class Typed(Struct):
    """What was typed: the number of a house with what follows it ("" where there is none), then plain words."""

    number: str
    suffix: str
    words: tuple[str, ...]


class Street(Struct):
    """A street as it is kept. `numbered`: whether its houses have numbers; `held`: those that begin as what was typed."""

    name: str
    plain: str
    postcode: str
    city: str
    city_plain: str
    numbered: bool
    held: tuple[str, ...]


def read(typed: str) -> Typed:
    """`7 bis, r. du Po` is number 7, bis, and the words `r`, `du`, `po`. What follows another comma is left out."""
    found = NUMBER.fullmatch(folded(typed))
    number, suffix, street = (found["number"], found["suffix"], found["street"]) if found else ("", "", folded(typed))
    said = words(street.partition(",")[0])[:MOST_WORDS]
    return Typed(number=str(int(number)) if number else "", suffix=suffix or "", words=tuple(said))


def looked_for(typed: Typed) -> str | None:
    """The query of the words that tell streets apart, each a word or its beginning; None where they say too little."""
    if sum(map(len, typed.words)) < LEAST_LETTERS:
        return None
    telling = [word for word in typed.words if word not in COMMON]
    terms = [_term(word) for word in telling if len(word) >= SHORTEST_WORD or word.isdecimal()]
    if telling:
        return " & ".join(terms) or None
    return " & ".join([f"'{BARE}'", *map(_term, typed.words)])


def _term(word: str) -> str:
    whole = SHORT.get(word)
    return f"('{word}':* | '{whole}')" if whole else f"'{word}':*"


def within(query: str, territory: Territory) -> str:
    """The same, in the postcodes of the town alone."""
    codes = " | ".join(f"'{POSTCODE}{postcode}'" for postcode in territory.postcodes)
    return f"({query}) & ({codes})"


def territory_of(town: Identity) -> Territory:
    """What an address in the town is made of: its `territory`, or the postcode and the city of the town hall."""
    here = town.address
    return town.territory or Territory(name=town.name, postcodes=(here.postcode,), cities=(town.name, here.city))


def plain_cities(territory: Territory) -> list[str]:
    return [plain(city) for city in territory.cities]


def proposed(typed: Typed, streets: Iterable[Street]) -> list[ProposedAddress]:
    """The likeliest first: those that have every word, then the number, then begin as what was typed."""
    start = " ".join(typed.words)

    def likely(street: Street) -> tuple[bool, bool, bool, str, str]:
        misses_number = bool(typed.number) and not _numbers(typed, street)
        begins_otherwise = not street.plain.startswith(start)
        return not _has_all(street, typed.words), misses_number, begins_otherwise, street.plain, street.city

    ordered = sorted(streets, key=likely)
    if not typed.number:
        found = [_address(street, "") for street in ordered]
    else:
        firsts = [_address(street, "" if _is_of_name(typed, street) else _first(typed, street)) for street in ordered]
        found = firsts + [_address(street, number) for street in ordered for number in _numbers(typed, street)[1:]]
    short_enough = [one for one in dict.fromkeys(found) if len(one.line1) <= LONGEST["line1"]]
    return short_enough[:MOST_PROPOSED]


def _is_of_name(typed: Typed, street: Street) -> bool:
    """Whether the number belongs to the name: of `8 mai`, that of « Rue du 8 Mai 1945 »."""
    return f" {typed.number} {' '.join(typed.words)}" in f" {street.plain}"


def _has_all(street: Street, said: Sequence[str]) -> bool:
    """Whether each word begins one of the street's, or shortens it."""
    known = street.plain.split()
    return all(any(one.startswith(word) or one == SHORT.get(word) for one in known) for word in said)


def _numbers(typed: Typed, street: Street) -> list[str]:
    """Those of the street under that number: what was typed first, then 7, 7 bis, 7 ter."""
    same = sorted(one for one in street.held if one.partition(" ")[0] == typed.number)
    wanted = _as_typed(typed)
    if typed.suffix and wanted not in same:
        return []
    return [wanted, *(one for one in same if one != wanted)] if wanted in same else same


def _first(typed: Typed, street: Street) -> str:
    """The number that is proposed first; one that the file does not know is proposed as it was typed."""
    return (_numbers(typed, street) or [_as_typed(typed)])[0]


def _as_typed(typed: Typed) -> str:
    return f"{typed.number} {typed.suffix}".rstrip()


def _address(street: Street, number: str) -> ProposedAddress:
    line1 = f"{_shown(number)} {_after_number(street.name)}" if number else street.name
    complete = bool(number) or not street.numbered
    return ProposedAddress(line1=line1, postcode=street.postcode, city=street.city, complete=complete)


def _shown(number: str) -> str:
    """`7 bis`, `7 B`: a letter alone is a capital on an envelope."""
    figures, _, suffix = number.partition(" ")
    return f"{figures} {suffix.upper() if len(suffix) == 1 else suffix}".rstrip()


def _after_number(name: str) -> str:
    """`Rue du Lavoir` is written `7 rue du Lavoir`."""
    first = name.partition(" ")[0]
    return name[0].lower() + name[1:] if first.istitle() and folded(first) in ROADS else name
