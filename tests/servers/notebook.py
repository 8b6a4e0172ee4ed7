"""The store of a service with what tests do in one line; the product's use cases have a transaction for each."""

from collections.abc import Sequence
from typing import Any

from services.chassis.event_store.events import Recorded
from services.chassis.event_store.store import Store


class Notebook(Store):
    def append(
        self, stream: str, facts: Sequence[Any], *, key: str | None = None, subject: str | None = None
    ) -> list[Recorded[Any]]:
        """Facts appended in a transaction of their own."""
        with self.transaction() as tx:
            return tx.append(stream, facts, key=key, subject=subject)

    def history(self, stream: str) -> list[Recorded[Any]]:
        with self.reading() as reading:
            return reading.history(stream)

    def ask(self, query: Any, values: Any = ()) -> list[dict[str, Any]]:
        """The rows that answer it."""
        with self.read() as conn:
            return conn.execute(query, values).fetchall()

    def seal(self, key_id: str, data: Any) -> bytes:
        with self.transaction() as tx:
            return tx.seal(key_id, data)

    def open(self, key_id: str, data: bytes) -> Any | None:
        with self.reading() as reading:
            return reading.open(key_id, data)
