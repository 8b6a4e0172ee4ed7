"""Which town this process serves, once that is known: the setting TOWN, else the slug that the town's files gave.

A process serves one town (docs/decisions/0027-one-town-today-many-later.md). Where the setting is empty, it learns the slug from
what reaches it: the town as it was published, the context of a call, an event of a process that knows it.
"""

from collections.abc import Iterable, Mapping
from typing import LiteralString

PUBLISHED = "TownPublished"  # the event whose subject is the slug
LAST_PUBLISHED: LiteralString = """
SELECT subject, type FROM events WHERE stream >= 'town-' AND stream < 'town.' ORDER BY time DESC LIMIT 1
"""


_known = {"setting": "", "learnt": ""}


def configure(setting: str) -> None:
    """The setting TOWN, as the process starts; what was learnt before is forgotten."""
    _known.update(setting=setting, learnt="")


def learn(town: str | None) -> None:
    """The identifier that was published, or that another process sent; None or "" changes nothing. The setting goes before it."""
    _known["learnt"] = town or _known["learnt"]


def learn_of(events: Iterable[Mapping[str, object]]) -> None:
    """The same from rows of events, where the town is published in one of them."""
    for row in events:
        if row["type"] == PUBLISHED:
            learn(str(row["subject"]))


def current() -> str:
    """The town's identifier, "" while this process knows none."""
    return _known["setting"] or _known["learnt"]
