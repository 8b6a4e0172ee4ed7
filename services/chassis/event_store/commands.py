"""Commands done: kept for 48 h beside their effect, so that asking again is safe after a time-out."""

import hashlib
from datetime import timedelta
from typing import Any

from services.chassis import remembered
from services.chassis.calls import Call
from services.chassis.errors import Conflict, Forbidden
from services.chassis.event_store import sealing
from services.chassis.event_store.transaction import Transaction

KEPT = timedelta(hours=48)

_CLAIM = "SELECT actor, body_hash, outcome FROM claim_command(%s)"
_KEEP = """
INSERT INTO commands (command_id, actor, body_hash, outcome, done_at)
VALUES (%(command_id)s, %(actor)s, %(body_hash)s, %(outcome)s, %(now)s)
"""
# Changes nothing. Its commit waits for the standbys to have the effect, for which the command itself may not have waited to the end.
_CONFIRM = "UPDATE commands SET done_at = done_at WHERE command_id = %s"
_DONE = "SELECT 1 FROM commands WHERE command_id = %s"
_DROP = "DELETE FROM commands WHERE command_id = %s"
_FORGET = "DELETE FROM commands WHERE done_at < %s"


class CommandReused(Conflict):
    """The id belongs to another command of this actor: other method, or other body."""

    message = (
        "Cet identifiant a déjà servi à une autre opération, ou avec un autre contenu. "
        "Rechargez la page avant de recommencer."
    )


class CommandOfAnother(Forbidden):
    """The id belongs to a command of another actor."""

    message = "Cet identifiant a déjà servi à une autre personne. Rechargez la page avant de recommencer."


def find(tx: Transaction, command_id: str, call: Call) -> dict[str, Any] | None:
    """What this command answered when it was done, None when it was not. Others with the same id wait meanwhile.

    Raises CommandReused and CommandOfAnother.
    """
    row = tx.conn.execute(_CLAIM, (command_id,)).fetchone()
    if row is None:
        return None
    if row["actor"] != _actor(call):
        raise CommandOfAnother
    if bytes(row["body_hash"]) not in (hash_of(tx.keys.master, call), _hash_of_before(tx.keys.master, call)):
        raise CommandReused
    tx.conn.execute(_CONFIRM, (command_id,))
    outcome: Any = sealing.open_json(_key(tx), bytes(row["outcome"]), bound_to=command_id.encode())
    return outcome


def is_done(tx: Transaction, command_id: str) -> bool:
    """Whether a command of this id has taken effect: for callers that have to see what it did."""
    return tx.conn.execute(_DONE, (command_id,)).fetchone() is not None


def keep(tx: Transaction, command_id: str, call: Call, outcome: dict[str, Any]) -> None:
    """Keeps the outcome in the transaction of its effect, sealed: an outcome may carry a tracking token."""
    values = {
        "command_id": command_id,
        "actor": _actor(call),
        "body_hash": hash_of(tx.keys.master, call),
        "outcome": sealing.seal_json(_key(tx), outcome, bound_to=command_id.encode()),
        "now": tx.now,
    }
    tx.conn.execute(_KEEP, values)


def drop(tx: Transaction, command_id: str) -> None:
    """The command counts as never done: what it did is taken back in this transaction."""
    tx.conn.execute(_DROP, (command_id,))


def forget(tx: Transaction) -> None:
    """Drops what is older than 48 h."""
    tx.conn.execute(_FORGET, (tx.now - KEPT,))


def _actor(call: Call) -> str:
    return f"{call.actor.kind}:{call.actor.id}"


def hash_of(master: bytes, call: Call) -> bytes:
    """By which a command is recognised, of its method and its body. Its form outlives a release by 48 h."""
    return _keyed(master, {"method": call.method, "body": call.body})


def _hash_of_before(master: bytes, call: Call) -> bytes:
    """Of the body alone, as it was kept at first: sent again across the upgrade, the command answers what it did before it."""
    return _keyed(master, call.body)


def _keyed(master: bytes, content: dict[str, Any]) -> bytes:
    # keyed: what a person typed must not be confirmed by guessing it
    key = sealing.key_for("commands", master)
    return hashlib.blake2b(remembered.canonical(content), key=key, digest_size=32).digest()


def _key(tx: Transaction) -> bytes:
    return sealing.key_for("commands", tx.keys.master)
