"""The hash chain of a stream: each event carries the hash of the one before it and of its own bytes as stored. Pure.

It covers ciphertext, not what it hides: the chain holds after a key is destroyed.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def digest(
    *,
    stream: str,
    event_id: UUID,
    type: str,
    type_version: int,
    subject: str,
    time: datetime,
    public: str,
    sealed: bytes | None,
    key_id: str | None,
    correlation_id: str | None,
    causation_id: str | None,
) -> bytes:
    """SHA-256 of the event's stored bytes, each with its length, so that no two events read the same."""
    micros = (time - _EPOCH) // _MICROSECOND
    parts = (stream, str(event_id), type, str(type_version), subject, str(micros), public, sealed, key_id)
    hashed = hashlib.sha256()
    for part in (*parts, correlation_id, causation_id):
        raw = part.encode() if isinstance(part, str) else part
        hashed.update(b"-" if raw is None else b"%d:%b" % (len(raw), raw))
    return hashed.digest()


def link(previous: bytes | None, version: int, own_digest: bytes) -> bytes:
    """The hash of the event with this version; `append_event` in SQL computes the same."""
    return hashlib.sha256((previous or b"") + version.to_bytes(4, "big", signed=True) + own_digest).digest()


def digest_of(row: dict[str, Any]) -> bytes:
    """The digest of a row of `events`."""
    names = ("stream", "event_id", "type", "type_version", "subject", "time", "public", "sealed", "key_id")
    return digest(**{name: row[name] for name in (*names, "correlation_id", "causation_id")})
