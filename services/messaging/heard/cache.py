"""The town and its procedures as last heard, kept in memory: a version of a definition never changes."""

from collections import OrderedDict
from uuid import UUID

from services.chassis.event_store.store import Store
from services.messaging.heard import rows as heard_store
from services.messaging.heard.rules import HeardRequest, Procedure, Town

KEPT_DEFINITIONS = 1000


class Heard:
    """One per process, shared by its senders."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._definitions: OrderedDict[tuple[str, int], Procedure] = OrderedDict()
        self._town: tuple[int, Town] | None = None

    def town(self) -> Town | None:
        """None until the town has been published for the first time."""
        with self._store.read() as conn:
            version = heard_store.town_version(conn)
            if version is None:
                return None
            if self._town is None or self._town[0] != version:
                found = heard_store.town(conn)
                self._town = (found[0], Town(found[1])) if found else None
        return self._town[1] if self._town else None

    def procedure(self, request: HeardRequest) -> Procedure | None:
        key = (request.procedure, request.version)
        known = self._definitions.get(key)
        if known is None:
            with self._store.read() as conn:
                definition = heard_store.definition(conn, *key)
            if definition is None:
                return None
            known = self._definitions[key] = Procedure(definition)
            while len(self._definitions) > KEPT_DEFINITIONS:
                self._definitions.popitem(last=False)
        return known

    def request(self, request_id: UUID) -> HeardRequest | None:
        with self._store.read() as conn:
            return heard_store.request(conn, request_id)
