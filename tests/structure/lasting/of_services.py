"""What services keep and exchange: events, calls, timers, messages, queues. Asked of what they register."""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from nameko.timer import Timer

from services.accounts.schemas import rights
from services.chassis import errors
from services.chassis.actors import Actor
from services.chassis.bus import partners_stream, subscribers
from services.chassis.bus.audience import OwnServices, Partners
from services.chassis.bus.broker_connection import BrokerDown
from services.chassis.bus.envelope import STREAM_HEADER
from services.chassis.calls import Call
from services.chassis.contracts import Query, to_json
from services.chassis.event_store.events import EventType, types_of
from services.chassis.process.running import service_class
from services.chassis.rpc import wire
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import Entry, Woken, declared_rpc
from services.chassis.rpc.server import RpcServer
from services.chassis.service_list import SERVICES, service_names
from services.chassis.settings import Settings
from services.messaging.notices.purposes import Purpose
from tests.structure.lasting import shapes
from tests.structure.lasting.record import ROOT, Names, read
from tests.support import stubs

EXAMPLES = ROOT / "tests" / "contract" / "events"


def names() -> Names:
    """Everything of this module, by kind."""
    services = service_names()
    classes = {service: service_class(service) for service in services}
    return {
        "events": {_version(kind, n): _audience(kind) for kind in _events() for n in range(1, kind.version + 1)},
        "fields of events": {name: shape for kind in _events() for name, shape in _fields_of_event(kind)},
        "calls": {f"{service} {method}": "" for service in services for method in _methods(classes[service], Entry)},
        "arguments of calls": {
            f"{service} {method} {name}": shape
            for service in services
            for method in _methods(classes[service], Entry)
            for name, shape in shapes.of_schema(stubs.schema_of(f"{service}.{method}")).items()
        },
        "answers of calls": dict(_answers()),
        "timers": {
            f"{service} {method}": ""
            for service in services
            for method in _methods(classes[service], Timer) + _methods(classes[service], Woken)
        },
        "migrations": {
            f"{folder.parent.name} {file.name}": ""
            for folder in SERVICES.glob("*/migrations")
            for file in folder.glob("*.sql")
        },
        "members of messages": {f"{message} {member}": "" for message, members in _messages() for member in members},
        "purposes of mails": {purpose.value: "" for purpose in Purpose},
        "rights of agents": dict.fromkeys(rights.RIGHTS, ""),
        "roles of agents": dict.fromkeys(rights.USUAL, ""),
        **_broker(),
    }


def _events() -> list[EventType]:
    return [kind for kind in types_of() if kind.source in service_names()]


def _version(kind: EventType, version: int) -> str:
    return f"{kind.source}.{kind.name}.v{version}"


def _audience(kind: EventType) -> str:
    return "partners" if kind.public else "inside"


def _fields_of_event(kind: EventType) -> Iterator[tuple[str, str]]:
    for name, shape in shapes.of_fields(kind.cls).items():
        yield f"{_version(kind, kind.version)} {name}", _part(name.partition(".")[0] in kind.sealed_fields) + shape
    kept = read().names.get("fields of events", {})
    for version in range(1, kind.version):
        old = _version(kind, version)
        # No class says any more what an old version was: the record does, which learnt it while it was the present one.
        yield from [one for one in kept.items() if one[0].startswith(f"{old} ")] or _from_examples(kind, old)


def _from_examples(kind: EventType, version: str) -> list[tuple[str, str]]:
    stem = version.partition(".")[2]
    examples = [json.loads(file.read_text("utf-8")) for file in (EXAMPLES / kind.source).glob(f"{stem}.*json")]
    parts = {(part, name) for example in examples for part in ("public", "sealed") for name in example[part] or {}}
    return [(f"{version} {name}", _part(part == "sealed").strip()) for part, name in sorted(parts)]


def _part(is_sealed: bool) -> str:
    return "sealed " if is_sealed else "public "


def _methods(cls: type, kind: type) -> list[str]:
    return [
        name
        for name, member in inspect.getmembers(cls, inspect.isfunction)
        if any(isinstance(entry, kind) for entry in getattr(member, "nameko_entrypoints", ()))
    ]


def _answers() -> Iterator[tuple[str, str]]:
    for asked in stubs.declared_calls().values():
        for name, shape in shapes.of_answer(asked.answer()).items():
            yield f"{asked.service()} {asked.method()} {name}", shape


class _Asked(RpcClient):
    """Keeps what it would send."""

    message: Any

    def _ask(self, method: str, call_id: str, message: Any, ends: float) -> None:
        self.message = message
        raise BrokerDown("kept instead")


class _Ask(Query[dict[str, Any]]):
    pass


def _entry(made: Callable[[], dict[str, Any]]) -> Callable[[Any, Any], Any]:
    def _ask(service: Any, call: Call, asked: _Ask) -> dict[str, Any]:
        return made()

    return declared_rpc(_Ask)(_ask)


def _refuse() -> dict[str, Any]:
    raise errors.NotFound


def _fail() -> dict[str, Any]:
    raise ZeroDivisionError


def _messages() -> Iterator[tuple[str, list[str]]]:
    """The members of what travels between processes, as the code on each side makes it."""
    actor = Actor(kind="system", id="requests")
    client = _Asked(Settings(rpc_key=(bytes(32),)))
    with suppress(errors.Unavailable):
        client.call("requests.tracking", {}, actor=actor)
    message = client.message["args"][0]
    yield "call", list(message)
    yield "actor", list(to_json(actor))
    service = SimpleNamespace(name="answering")
    yield "answer", [member for made in (dict, _refuse, _fail) for member in _entry(made)(service, message)]
    yield "refusal", list(wire.to_wire(errors.NotFound()))
    yield "header of the partners' stream", [STREAM_HEADER]


class _Channel:
    """Keeps what is declared on it."""

    def __init__(self) -> None:
        self.exchanges: dict[str, str] = {}
        self.queues: dict[str, str] = {}
        self.bindings: dict[str, str] = {}
        self.server: Any = None

    def exchange_declare(self, name: str, kind: str, **options: Any) -> None:
        self.exchanges[name] = _declared({"type": kind, **options})

    def queue_declare(self, name: str, **options: Any) -> None:
        self.queues[name] = _declared(options)

    def queue_bind(self, queue: str, exchange: str, *, routing_key: str) -> None:
        self.bindings[f"{queue} from {exchange} by {routing_key}"] = ""

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


def _declared(options: dict[str, Any]) -> str:
    return json.dumps(options | options.pop("arguments", {}), sort_keys=True)


def _broker() -> Names:
    """What relay, services and listeners declare, on a channel that only writes it down."""
    channel: Any = _Channel()
    for source in service_names():
        OwnServices(source, Settings()).declare_for(channel, subscribers.subscribers_of(source))
        server = RpcServer()
        server.container = type("Container", (), {"service_name": source, "max_workers": 1})()
        server._settings = Settings()
        server._receiving = False
        server._opened(channel)
    partners: Any = _Channel()
    partners.exchange_declare(Partners.exchange, "topic", durable=True, auto_delete=False)
    partners_stream._make_anew(partners)
    return {
        kind: getattr(channel, kind) | {f"partners: {name}": shape for name, shape in getattr(partners, kind).items()}
        for kind in ("exchanges", "queues", "bindings")
    }
