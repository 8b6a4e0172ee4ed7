"""The loader of what procedures publishes, and the cache of it: a version never changes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import orjson

from services.chassis.contracts import from_json
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import Town

T = TypeVar("T", Procedure, Agenda, Town)

KEPT = 1000

Stored = tuple[int, str | Mapping[str, object]]
"""A version, and what is kept of it."""


def read(kind: type[T], stored: str | Mapping[str, object]) -> T:
    """What is stored, as a text or as JSON values; raises Misfit for what no version ever was."""
    return from_json(kind, orjson.loads(stored) if isinstance(stored, str) else stored)


class Versions(Generic[T]):
    """What one process has read so far of one kind, by slug and version; the oldest goes where it is too much."""

    def __init__(self, kind: type[T], *, kept: int = KEPT) -> None:
        self._kind = kind
        self._most = kept
        self._known: OrderedDict[tuple[str, int], T] = OrderedDict()

    def get(self, slug: str, version: int | None, stored: Callable[[], Stored | None]) -> T | None:
        """That version; without one, the version that `stored` answers. None where it is not known yet.

        `stored` reads the version and what is kept of it. It is not asked for what was read before.
        """
        if version is not None and (known := self._known.get((slug, version))) is not None:
            return known
        found = stored()
        if found is None:
            return None
        key = slug, found[0]
        if key not in self._known:
            self._known[key] = read(self._kind, found[1])
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return self._known[key]
