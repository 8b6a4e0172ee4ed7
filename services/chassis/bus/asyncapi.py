"""The document of the events that partners may receive: AsyncAPI 3, made from the registry of public events. Pure."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.chassis.bus.envelope import (
    CONTENT_TYPE,
    PARTNERS_STREAM as STREAM,
    SCHEMA,
    SEQUENCE_DIGITS,
    STREAM_HEADER,
    full_type,
    source_of,
    sources_of,
)
from services.chassis.bus.field_docs import EventDoc, FieldDoc
from services.chassis.event_store.events import EventType, types_of

EXAMPLE_ID = "0199f3a2-7c41-7d52-9b0e-5f1d2c3b4a59"
EXAMPLE_TOWN = "ville"
EXAMPLE_TIME = "2026-11-25T09:30:00Z"
SIMPLE: Mapping[Any, tuple[dict[str, Any], Any]] = {
    str: ({"type": "string"}, "texte"),
    int: ({"type": "integer"}, 1),
    float: ({"type": "number"}, 1.5),
    bool: ({"type": "boolean"}, False),
    UUID: ({"type": "string", "format": "uuid"}, EXAMPLE_ID),
    datetime: ({"type": "string", "format": "date-time"}, EXAMPLE_TIME),
    date: ({"type": "string", "format": "date"}, "2026-11-25"),
    type(None): ({"type": "null"}, None),
    Any: ({}, None),
    object: ({}, None),
}


def public_events(service: str) -> list[EventDoc]:
    """What partners may receive of a service: name, version, meaning, JSON Schema of the data and an example, by name."""
    return [_described(kind) for kind in types_of(service) if kind.public]


def document(
    events: Sequence[EventDoc], *, title: str, version: str, servers: Sequence[str], vhost: str = "partners"
) -> dict[str, Any]:
    """The AsyncAPI document of these events, as `public_events` describes them.

    `servers`: host:port of the broker, or of each server of its cluster; empty where partners receive nothing.
    """
    names = ["broker", *(f"broker-{number}" for number in range(2, len(servers) + 1))]
    messages = {event.type: _message(event) for event in events}
    reference = [{"$ref": f"#/channels/events/messages/{name}"} for name in messages]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": version,
            "description": (
                "Facts about requests, in order for each `subject`; `position` counts all events of a source. Read the "
                "stream with `x-stream-offset: first` to receive everything again; skip each event whose `id` you have seen. "
                f"The header `{STREAM_HEADER}` is the identity of the stream, and changes when its offsets begin again."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            name: {"host": host, "protocol": "amqp", "pathname": f"/{vhost}"}
            for name, host in zip(names, servers, strict=False)
        },
        "channels": {
            "events": {
                "address": STREAM,
                "description": f"Stream queue {STREAM}; the routing key is the event's type.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"amqp": {"is": "queue", "queue": {"name": STREAM, "durable": True}}},
            }
        },
        "operations": {
            "receive": {"action": "receive", "channel": {"$ref": "#/channels/events"}, "messages": reference}
        },
        "components": {"messages": messages},
    }


def _message(event: EventDoc) -> dict[str, Any]:
    envelope = {
        "specversion": "1.0",
        "id": EXAMPLE_ID,
        "source": event.source,
        "type": event.type,
        "subject": EXAMPLE_ID,
        "time": EXAMPLE_TIME,
        "datacontenttype": "application/json",
        "dataschema": SCHEMA + event.type,
        "sequence": f"{1:0{SEQUENCE_DIGITS}}",
        "position": 1,
        "data": event.example,
    }
    text = {"type": "string"}
    properties: dict[str, Any] = {
        **dict.fromkeys(("id", "subject", "dataschema", "correlationid", "causationid"), text),
        "specversion": {"const": "1.0"},
        "source": {"type": "string", "pattern": sources_of(event.type.partition(".")[0])},
        "type": {"const": event.type},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "sequence": {"type": "string", "pattern": "^[0-9]+$"},
        "position": {"type": "integer", "minimum": 1},
        "data": event.schema,
    }
    return {
        "name": event.type,
        "summary": event.summary,
        "contentType": CONTENT_TYPE,
        "headers": {"type": "object", "properties": {STREAM_HEADER: {"type": "string", "format": "uuid"}}},
        "payload": {"type": "object", "required": list(envelope), "properties": properties},
        "examples": [{"name": "one", "payload": envelope}],
    }


def _described(kind: EventType) -> EventDoc:
    schema, example = _object(kind.cls, hidden=kind.sealed_fields)
    return EventDoc(
        type=full_type(kind.source, kind.name, kind.version),
        source=source_of(kind.source, EXAMPLE_TOWN),
        summary=" ".join((kind.cls.__doc__ or kind.name).split()),
        schema=schema,
        example=example,
    )


def _object(cls: type, hidden: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
    hints = typing.get_type_hints(cls, include_extras=True)
    shapes = {f.name: _shape(hints[f.name]) for f in dataclasses.fields(cls) if f.name not in hidden}
    schema = {
        "type": "object",
        "required": [f.name for f in dataclasses.fields(cls) if f.name in shapes and not f.metadata.get("later")],
        "properties": {name: shape for name, (shape, _) in shapes.items()},
    }
    return schema, {name: example for name, (_, example) in shapes.items()}


def _shape(hint: Any) -> tuple[dict[str, Any], Any]:
    """JSON Schema and example of a type."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        declared = next((extra for extra in arguments[1:] if isinstance(extra, FieldDoc)), None)
        return declared.shape() if declared else _shape(arguments[0])
    if origin in (types.UnionType, typing.Union):
        shapes = [_shape(argument) for argument in arguments]
        return {"anyOf": [schema for schema, _ in shapes]}, shapes[0][1]
    if origin is typing.Literal:
        return {"enum": list(arguments)}, arguments[0]
    if origin in (list, tuple, frozenset, set):
        schema, example = _shape(arguments[0] if arguments else Any)
        return {"type": "array", "items": schema}, [example]
    if origin is dict or hint is dict:
        return {"type": "object"}, {}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    if isinstance(hint, type) and issubclass(hint, str):
        values = [str(member) for member in hint] if hasattr(hint, "__members__") else []  # type: ignore[attr-defined]
        return {"type": "string", **({"enum": values} if values else {})}, values[0] if values else "texte"
    raise TypeError(f"no JSON Schema for {hint!r}")
