"""Events: past-tense facts with a public and a sealed part, their versions, and what is recorded of each. Pure.

An event type is a frozen dataclass marked `@event`. Fields marked `sealed()` hold what identifies a person or any free
text: they are stored encrypted and never leave the database. Names and fields are the storage format: they are never
renamed; a new shape is a new version, and the old one is upcast on read.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from cattrs.preconf.orjson import make_converter

from services.chassis.dotted_names import home_of

E = TypeVar("E")
T = TypeVar("T")

converter = make_converter()
"""Of stored events and sealed records; declared calls have a stricter one (`contracts.py`)."""
converter.register_structure_hook(UUID, lambda value, _: value if isinstance(value, UUID) else UUID(value))
converter.register_unstructure_hook(UUID, str)

Parts = tuple[dict[str, Any], dict[str, Any] | None]
Upcaster = Callable[[dict[str, Any], dict[str, Any] | None], Parts]


def sealed(**options: Any) -> Any:
    """A dataclass field of the sealed part. It reads as None once its key is destroyed."""
    return field(metadata={"sealed": True}, **options)


def later(default: Any) -> Any:
    """A public field that came after its type: events from before have its default, and partners may not find it in them."""
    return field(default=default, metadata={"later": True})


@dataclass(frozen=True, kw_only=True)
class EventType:
    """What is known of one type: its class, its present version, and whether partners may hear it."""

    source: str
    name: str
    version: int
    public: bool
    cls: type[Any]
    sealed_fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded(Generic[E]):
    """An event as it was stored. `version` counts its stream from 1; `readable` is False when its key is destroyed."""

    event_id: UUID
    stream: str
    version: int
    subject: str
    time: datetime
    event: E
    correlation_id: str | None = None
    causation_id: str | None = None
    key_id: str | None = None
    readable: bool = True


_types: dict[tuple[str, str], EventType] = {}
_upcasters: dict[tuple[str, str, int], Upcaster] = {}


@overload
def event(cls: type[T], /) -> type[T]: ...
@overload
def event(*, version: int = 1, public: bool = False, source: str | None = None) -> Callable[[type[T]], type[T]]: ...
def event(cls: Any = None, /, *, version: int = 1, public: bool = False, source: str | None = None) -> Any:
    """Registers a frozen dataclass as an event type of its service; `public` ones are told to partners."""

    def register(marked: type[T]) -> type[T]:
        owner = source or home_of(marked.__module__)
        hidden = tuple(f.name for f in fields(marked) if f.metadata.get("sealed"))  # type: ignore[arg-type]
        _types[owner, marked.__name__] = EventType(
            source=owner, name=marked.__name__, version=version, public=public, cls=marked, sealed_fields=hidden
        )
        marked.__event_source__ = owner  # type: ignore[attr-defined]
        return marked

    return register if cls is None else register(cls)


def upcaster(source: str, name: str, version: int) -> Callable[[Upcaster], Upcaster]:
    """Registers how an event of that version becomes one of the next: a pure function of public and sealed part."""

    def register(function: Upcaster) -> Upcaster:
        _upcasters[source, name, version] = function
        return function

    return register


def types_of(source: str | None = None) -> list[EventType]:
    """The registered types of a service, or of all that are imported, by name."""
    return sorted((t for t in _types.values() if source in (None, t.source)), key=lambda t: (t.source, t.name))


def type_of(cls: type[Any]) -> EventType:
    """The registration of an event class."""
    return _types[cls.__event_source__, cls.__name__]  # type: ignore[attr-defined]


def parts(happened: Any) -> Parts:
    """An event as JSON values: its public part, and its sealed part or None where the type has none."""
    data: dict[str, Any] = converter.unstructure(happened)
    hidden = type_of(happened.__class__).sealed_fields
    if not hidden:
        return data, None
    secret = {name: data.pop(name) for name in hidden}
    return data, secret


def revive(source: str, name: str, version: int, public: dict[str, Any], secret: Mapping[str, Any] | None) -> Any:
    """The event again, upcast to its present version. Without its sealed part, the sealed fields are None."""
    kind = _types[source, name]
    hidden = dict(secret) if secret is not None else None
    for old in range(version, kind.version):
        public, hidden = _upcasters[source, name, old](public, hidden)
    if hidden is not None or not kind.sealed_fields:
        return converter.structure({**public, **(hidden or {})}, kind.cls)
    return _without_sealed(kind, public)


def _without_sealed(kind: EventType, public: Mapping[str, Any]) -> Any:
    # Structured field by field: None stands where the type promises a value that can no longer be read.
    bare: Any = object.__new__(kind.cls)
    for f in fields(kind.cls):
        if f.name in kind.sealed_fields:
            value: Any = None
        elif f.name in public:
            value = converter.structure(public[f.name], _resolved(kind.cls)[f.name])
        else:
            value = f.default if f.default is not MISSING else f.default_factory()  # type: ignore[misc]
        object.__setattr__(bare, f.name, value)
    return bare


def _resolved(cls: type) -> dict[str, Any]:
    from typing import get_type_hints

    return get_type_hints(cls)
