"""The keys of a service, as one transaction sees them: unwrapped on first use, kept no longer than the transaction."""

from typing import Any

from services.chassis import sealing
from services.chassis.db import Rows
from services.chassis.errors import Conflict

FIND = "SELECT wrapped FROM keys WHERE key_id = %(key_id)s"

TAKE = "SELECT take_key(%(key_id)s, %(person)s, %(offered)s) AS wrapped"

# What a sealed value of a row is bound to; an event's sealed part is bound to its id.
ROW = b"row"


class KeyDestroyed(Conflict):
    """Something was to be sealed for a subject that was erased."""

    code = "erased"
    message = "Ces données ont été effacées."


class Keys:
    """Makes, finds and uses keys on one connection."""

    def __init__(self, conn: Rows, master: bytes) -> None:
        self._conn = conn
        self.master = master
        self._known: dict[str, bytes | None] = {}

    def learn(self, key_id: str, wrapped: bytes | None) -> bytes | None:
        """A wrapped key that was read beside something else; None: it was destroyed."""
        if key_id not in self._known:
            self._known[key_id] = None if wrapped is None else sealing.unwrap(self.master, key_id, bytes(wrapped))
        return self._known[key_id]

    def find(self, key_id: str) -> bytes | None:
        """The key; None where there is none, or where it was destroyed."""
        if key_id in self._known:
            return self._known[key_id]
        row = self._conn.execute(FIND, {"key_id": key_id}).fetchone()
        return self.learn(key_id, row["wrapped"]) if row else None

    def take(self, key_id: str, person: str | None = None) -> bytes:
        """The key, made if there was none, with the person written beside it; raises KeyDestroyed."""
        key = self._known.get(key_id)
        if key is None or person is not None:
            fresh = sealing.wrap(self.master, key_id, sealing.new_key())
            row = self._conn.execute(TAKE, {"key_id": key_id, "person": person, "offered": fresh}).fetchall()[0]
            key = self.learn(key_id, row["wrapped"])
        if key is None:
            raise KeyDestroyed
        return key

    def seal(self, key_id: str, data: Any, *, bound_to: bytes = ROW) -> bytes:
        """JSON values sealed with this key, which is made if there was none; raises KeyDestroyed."""
        return sealing.seal_json(self.take(key_id), data, bound_to=bound_to)

    def open(self, key_id: str, sealed: bytes, *, bound_to: bytes = ROW) -> Any | None:
        """The JSON values again; None where the key was destroyed."""
        key = self.find(key_id)
        return None if key is None else sealing.open_json(key, bytes(sealed), bound_to=bound_to)
