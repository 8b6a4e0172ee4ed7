"""A partner of the town hall: reads the whole stream from its first event, with its own user and nothing of ours."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from services.chassis.bus import partners
from services.chassis.bus.envelope import sources_of
from services.chassis.settings import Settings
from tests.faults.deployment import SERVICES
from tests.servers.broker import read_stream
from tests.servers.look import rows

QUIET_SECONDS = 20.0  # while a public event has not come
SHARED = "SELECT event_id FROM events WHERE shared"


@dataclass
class Stream:
    """What was in the stream: each event once, in the order in which it first came."""

    bodies: list[bytes] = field(default_factory=list)
    received: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, what an event says."""
    duplicates: int = 0
    positions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    sequences: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    numbered: dict[tuple[str, int], str] = field(default_factory=dict)
    """The event that has a position in its source."""

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        event: dict[str, Any] = orjson.loads(body)
        says = {name: event[name] for name in ("type", "subject", "data")} | {"sequence": int(event["sequence"])}
        service = event["type"].partition(".")[0]
        first = self.numbered.setdefault((service, event["position"]), event["id"])
        assert first == event["id"], f"{first} and {event['id']} of {service} have the position {event['position']}"
        if event["id"] in self.received:
            assert self.received[event["id"]] == says, "an event that comes again says the same"
            self.duplicates += 1
            return
        self.received[event["id"]] = says
        assert re.fullmatch(sources_of(service), event["source"]), "the source of another service"
        self.positions[service].append(event["position"])
        self.sequences[event["subject"]].append(says["sequence"])


def read_all(settings: Settings) -> Stream:
    """The stream from its first event to its last: all public events, or until nothing more comes for twenty seconds."""
    name = f"p{uuid4().hex[:12]}"
    awaited = sum(len(rows(settings, service, SHARED)) for service in SERVICES)
    found = Stream()

    def take(message: Any) -> None:
        found.take(message.body if isinstance(message.body, bytes) else message.body.encode())

    uri = partners.add(settings, name)
    read_stream(uri, take, lambda: len(found.received) >= awaited, seconds=QUIET_SECONDS)
    partners.revoke(settings, name)
    return found
