"""Declared calls about the town's own address file."""

from services.chassis.contracts import Query, text
from services.chassis.structs import Struct

MOST_PROPOSED = 8
LONGEST_TYPED = 100


class ProposedAddress(Struct):
    """As the lines of a form take it. `complete`: else the number of the house is to be typed before `line1`."""

    line1: str
    postcode: str
    city: str
    complete: bool


class ProposedAddresses(Struct):
    """The most likely first; none for words that say too little, or without a file."""

    items: tuple[ProposedAddress, ...]


class ProposeAddresses(Query[ProposedAddresses]):
    """What the first line of an address may become, MOST_PROPOSED at most. `in_town`: in the town alone; else there first."""

    q: str = text(LONGEST_TYPED, required=True)
    in_town: bool = False
