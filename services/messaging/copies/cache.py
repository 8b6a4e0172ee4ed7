"""The town and its procedures as published last, kept in memory: a version of a definition never changes."""

from functools import partial
from uuid import UUID

from services.chassis.event_store.store import Store
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import KnownRequest
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Stored, Versions
from services.procedures.schemas.definitions.towns import Town


class Copies:
    """One per process, shared by its senders."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._procedures = Versions(Procedure)
        self._towns = Versions(Town)

    def town(self) -> Town | None:
        """None until the town has been published for the first time."""
        with self._store.read() as conn:
            version = copied.town_version(conn)
            return self._towns.get("", version, partial(copied.town, conn)) if version is not None else None

    def procedure(self, request: KnownRequest) -> Procedure | None:
        key = (request.procedure, request.version)

        def stored() -> Stored | None:
            with self._store.read() as conn:
                return copied.definition(conn, *key)

        return self._procedures.get(*key, stored)

    def request(self, request_id: UUID) -> KnownRequest | None:
        with self._store.read() as conn:
            return copied.request(conn, request_id)
