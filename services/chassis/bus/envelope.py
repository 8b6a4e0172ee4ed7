"""How an event travels: CloudEvents 1.0 in JSON, public part only. Pure.

`sequence` is its version in its stream, `position` its number in the one order of its source. `source` is
`urn:parvis:<town>:<service>` and `sequence` has twenty digits; the forms of earlier releases, `urn:parvis:<service>`, the member
`town` and no leading zeros, are read as well (docs/decisions/0027-one-town-today-many-later.md).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from services.chassis.event_store.events import Event, fact_of
from services.chassis.structs import Struct

F = TypeVar("F", bound=Event)

CONTENT_TYPE = "application/cloudevents+json"
SOURCE = "urn:parvis:"
TOWN = "[a-z0-9]+(?:-[a-z0-9]+)*"  # how `town.slug` is written
SCHEMA = "urn:parvis:event:"
PARTNERS_STREAM = "parvis.events"  # the queue that partners read
STREAM_HEADER = "parvis-stream"  # of each message there: the identity of the stream
SEQUENCE_DIGITS = 20  # so that texts are in the order of the numbers
LONGEST = 300  # characters of a text by which events are found: an index has no room for a page
LAST = 2**63  # the numbers of a database end here


class Undecodable(ValueError):
    """The body is not an event as `pack` writes it."""


class Envelope(Struct):
    """An event as it was sent. `data` is its public part, in the version that the sender wrote."""

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
    town: str = ""  # of which it is, where the sender knew it


class Received(Struct, Generic[F]):
    """A fact with what its envelope says of it."""

    fact: F
    event_id: UUID
    subject: str
    sequence: int
    time: datetime

    @property
    def subject_id(self) -> UUID:
        return UUID(self.subject)


def received(fact: type[F], envelope: Envelope) -> Received[F]:
    """The event of an envelope; raises Misfit where a field that the fact knows is missing or does not fit."""
    return Received(
        fact=fact_of(fact, envelope.version, envelope.data),
        event_id=envelope.event_id,
        subject=envelope.subject,
        sequence=envelope.sequence,
        time=envelope.time,
    )


def source_of(service: str, town: str) -> str:
    """`source` of the events of a service; without the town while that is unknown: nothing that partners read was published."""
    return f"{SOURCE}{town}:{service}" if town else SOURCE + service


def sources_of(service: str) -> str:
    """The pattern, also as JSON Schema writes it, of every `source` that events of a service may have; its group is the town."""
    return f"^{SOURCE}(?:({TOWN}):)?{re.escape(service)}$"


def full_type(source: str, name: str, version: int) -> str:
    """`requests.RequestSubmitted.v1`: the CloudEvents type, and the routing key in the partners' vhost."""
    return f"{source}.{name}.v{version}"


def pack(source: str, row: Mapping[str, Any], *, town: str) -> bytes:
    """The message of a row that the relay read."""
    kind = full_type(source, row["type"], row["type_version"])
    message = {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": source_of(source, town),
        "type": kind,
        "subject": row["subject"],
        "time": row["time"].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": SCHEMA + kind,
        "sequence": f"{row['version']:0{SEQUENCE_DIGITS}}",
        "position": row["position"],
        "data": orjson.Fragment(row["public"]),
    }
    for name, value in (("correlationid", row["correlation_id"]), ("causationid", row["causation_id"])):
        if value is not None:
            message[name] = value
    return orjson.dumps(message)


def unpack(body: bytes | str) -> Envelope:
    """The event again, fit to be stored; raises Undecodable whatever is wrong with the body."""
    try:
        message = orjson.loads(body)
        said, data = message["source"], message["data"]
        source, name, version = message["type"].split(".")
        envelope = Envelope(
            event_id=UUID(message["id"]),
            source=source,
            type=name,
            version=int(version.removeprefix("v")),
            subject=message["subject"],
            time=datetime.fromisoformat(message["time"]),
            position=int(message["position"]),
            sequence=int(message["sequence"]),
            data=data,
            correlation_id=message.get("correlationid"),
            town=_town(said, source) or message.get("town", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Undecodable(type(error).__name__) from error
    if not isinstance(data, dict):
        raise Undecodable("the members of the envelope contradict each other")
    if not all(map(_fits, (source, name, envelope.subject, envelope.correlation_id or "", envelope.town))):
        raise Undecodable("a text of the envelope is none that can be stored")
    if not (0 < envelope.position < LAST and 0 < envelope.sequence < LAST):
        raise Undecodable("a number of the envelope is none that an event can have")
    return envelope


def _town(said: str, service: str) -> str:
    """The town that a source names, "" where it names none; ValueError for the source of another service."""
    known = re.fullmatch(sources_of(service), said)
    if known is None:
        raise ValueError(said)
    return known[1] or ""


def _fits(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST and "\0" not in text
