"""The keys of a service, as one transaction sees them: unwrapped on first use, kept no longer than the transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.chassis.errors import Conflict
from services.chassis.event_store import sealing
from services.chassis.event_store.db import Connection

ANY_KEY = "SELECT key_id, wrapped FROM keys WHERE wrapped IS NOT NULL LIMIT 1"
FIND = "SELECT wrapped FROM keys WHERE key_id = %(key_id)s"

TAKE = "SELECT take_key(%(key_id)s, %(offered)s) AS wrapped"

# A key that is not here yet leaves its grave all the same: what comes late for it is refused, not sealed anew.
DESTROY = """
INSERT INTO keys (key_id, destroyed_at) VALUES (%(key_id)s, %(now)s) ON CONFLICT (key_id)
DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE keys.wrapped IS NOT NULL
"""

# What a sealed value of a row is bound to; an event's sealed part is bound to its id.
ROW = b"row"


class KeyDestroyed(Conflict):
    """Something was to be sealed for a subject that was erased."""

    code = "erased"
    message = "Ces données ont été effacées."


class OtherMasterKey(Exception):
    """What a database holds was sealed under another master key; the message says which database, in French."""


def check(conn: Connection, master: bytes) -> None:
    """Raises OtherMasterKey where this master key does not open what the database holds."""
    for row in conn.execute(ANY_KEY):
        try:
            sealing.unwrap(master, row["key_id"], bytes(row["wrapped"]))
        except sealing.WrongMasterKey:
            raise OtherMasterKey(f"la base {conn.info.dbname} est chiffrée avec une autre clé que MASTER_KEY") from None


class Keys:
    """Makes, finds and uses keys on one connection."""

    def __init__(self, conn: Connection, master: bytes) -> None:
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

    def take(self, key_id: str) -> bytes:
        """The key, made if there was none; raises KeyDestroyed."""
        self.take_all([key_id])
        key = self._known[key_id]
        if key is None:
            raise KeyDestroyed
        return key

    def take_all(self, key_ids: Iterable[str]) -> None:
        """Those keys, made if there were none, in one round trip: `take` of each asks no more."""
        # in this order, so that two transactions that make several do not wait for each other
        missing = sorted({one for one in key_ids if one not in self._known})
        offered = [(one, sealing.wrap(self.master, one, sealing.new_key())) for one in missing]
        asked = [(one, self._conn.execute(TAKE, {"key_id": one, "offered": fresh})) for one, fresh in offered]
        for one, taken in asked:
            self.learn(one, taken.fetchall()[0]["wrapped"])

    def destroy(self, key_id: str, now: datetime) -> None:
        """Nothing that this key sealed or could have sealed is readable once this is committed. Asked twice, changes nothing."""
        self._conn.execute(DESTROY, {"key_id": key_id, "now": now})
        self._known[key_id] = None

    def seal(self, key_id: str, data: Any, *, bound_to: bytes = ROW) -> bytes:
        """JSON values sealed with this key, which is made if there was none; raises KeyDestroyed."""
        return sealing.seal_json(self.take(key_id), data, bound_to=bound_to)

    def open(self, key_id: str, sealed: bytes, *, bound_to: bytes = ROW) -> Any | None:
        """The JSON values again; None where the key was destroyed."""
        key = self.find(key_id)
        return None if key is None else sealing.open_json(key, bytes(sealed), bound_to=bound_to)
