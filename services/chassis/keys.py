"""The keys of a service, as one transaction sees them: unwrapped on first use, kept no longer than the transaction."""

from typing import Any

from services.chassis import sealing
from services.chassis.db import Rows

FIND = "SELECT wrapped FROM keys WHERE key_id = %(key_id)s"

MAKE = """
INSERT INTO keys (key_id, person, wrapped) VALUES (%(key_id)s, %(person)s, %(wrapped)s)
ON CONFLICT (key_id) DO UPDATE SET person = coalesce(excluded.person, keys.person)
RETURNING wrapped
"""


class Keys:
    """Makes, finds and uses keys on one connection."""

    def __init__(self, conn: Rows, master: bytes) -> None:
        self._conn = conn
        self._master = master
        self._known: dict[str, bytes | None] = {}

    def learn(self, key_id: str, wrapped: bytes | None) -> None:
        """A wrapped key that was read beside something else; None: it was destroyed."""
        if key_id not in self._known:
            self._known[key_id] = None if wrapped is None else sealing.unwrap(self._master, key_id, bytes(wrapped))

    def find(self, key_id: str) -> bytes | None:
        """The key; None where there is none, or where it was destroyed."""
        if key_id not in self._known:
            row = self._conn.execute(FIND, {"key_id": key_id}).fetchone()
            self.learn(key_id, row["wrapped"] if row else None)
        return self._known[key_id]

    def make(self, key_id: str, person: str | None = None) -> bytes | None:
        """The key, made if there was none, with the person written beside it; None where it was destroyed."""
        fresh = sealing.wrap(self._master, key_id, sealing.new_key())
        stored = self._conn.execute(MAKE, {"key_id": key_id, "person": person, "wrapped": fresh}).fetchall()[0]
        self._known.pop(key_id, None)
        self.learn(key_id, stored["wrapped"])
        return self._known[key_id]

    def seal(self, key_id: str, data: Any) -> bytes:
        """JSON values sealed with this key, which is made if there was none; raises KeyDestroyed."""
        key = self.find(key_id) or self.make(key_id)
        if key is None:
            raise KeyDestroyed(key_id)
        return sealing.seal_json(key, data, bound_to=key_id.encode())

    def open(self, key_id: str, sealed: bytes) -> Any | None:
        """The JSON values again; None where the key was destroyed."""
        key = self.find(key_id)
        return None if key is None else sealing.open_json(key, bytes(sealed), bound_to=key_id.encode())


class KeyDestroyed(RuntimeError):
    """Something was to be sealed for a subject that was erased."""
