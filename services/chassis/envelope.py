"""How an event travels: CloudEvents 1.0 in JSON, public part only. Pure.

`sequence` is its version in its stream, `position` its number in the one order of its source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

CONTENT_TYPE = "application/cloudevents+json"
SOURCE = "urn:parvis:"
SCHEMA = "urn:parvis:event:"


class Undecodable(ValueError):
    """The body is not an event as `pack` writes it."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event that another service told. `data` is its public part, in the version that the sender wrote."""

    event_id: UUID
    source: str
    type: str
    version: int
    subject: str
    time: datetime
    position: int
    sequence: int
    data: dict[str, Any]
    correlation_id: str | None = None


def full_type(source: str, name: str, version: int) -> str:
    """`requests.RequestSubmitted.v1`: the CloudEvents type, and the routing key in the partners' vhost."""
    return f"{source}.{name}.v{version}"


def pack(source: str, row: Mapping[str, Any]) -> bytes:
    """The message of a row that the relay read."""
    kind = full_type(source, row["type"], row["type_version"])
    message = {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": SOURCE + source,
        "type": kind,
        "subject": row["subject"],
        "time": row["time"].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": SCHEMA + kind,
        "sequence": str(row["version"]),
        "position": row["position"],
        "data": orjson.Fragment(row["public"]),
    }
    for name, value in (("correlationid", row["correlation_id"]), ("causationid", row["causation_id"])):
        if value is not None:
            message[name] = value
    return orjson.dumps(message)


def unpack(body: bytes | str) -> Heard:
    """The event again; raises Undecodable whatever is wrong with the body."""
    try:
        message = orjson.loads(body)
        source, name, version = message["type"].split(".")
        heard = Heard(
            event_id=UUID(message["id"]),
            source=source,
            type=name,
            version=int(version.removeprefix("v")),
            subject=message["subject"],
            time=datetime.fromisoformat(message["time"]),
            position=int(message["position"]),
            sequence=int(message["sequence"]),
            data=message["data"],
            correlation_id=message.get("correlationid"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Undecodable(type(error).__name__) from error
    shaped = isinstance(message["data"], dict) and isinstance(message["subject"], str)
    if not shaped or message["source"] != SOURCE + source:
        raise Undecodable("the members of the envelope contradict each other")
    return heard
