"""The town and its procedures as last heard, kept in memory: a version of a definition never changes."""

from functools import partial
from uuid import UUID

from services.chassis.event_store.store import Store
from services.messaging.heard import rows as heard_store
from services.messaging.heard.rules import HeardRequest
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Stored, Versions
from services.procedures.schemas.definitions.towns import Town


class Heard:
    """One per process, shared by its senders."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._procedures = Versions(Procedure)
        self._towns = Versions(Town)

    def town(self) -> Town | None:
        """None until the town has been published for the first time."""
        with self._store.read() as conn:
            version = heard_store.town_version(conn)
            return self._towns.get("", version, partial(heard_store.town, conn)) if version is not None else None

    def procedure(self, request: HeardRequest) -> Procedure | None:
        key = (request.procedure, request.version)

        def stored() -> Stored | None:
            with self._store.read() as conn:
                return heard_store.definition(conn, *key)

        return self._procedures.get(*key, stored)

    def request(self, request_id: UUID) -> HeardRequest | None:
        with self._store.read() as conn:
            return heard_store.request(conn, request_id)
