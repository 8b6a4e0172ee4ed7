"""Events: past-tense facts with a public and a sealed part, their versions, and what is recorded of each. Pure.

An event type is a subclass of `Event`, which makes it a frozen dataclass. Fields marked `sealed()` hold what identifies a
person or any free text: they are stored encrypted and never leave the database. Names and fields are the storage format:
they are never renamed; a new shape is a new version, and the old one is upcast on read.

What other services or partners receive is declared in `schemas/facts.py` of its service. A stored event that seals something
besides is a subclass of that fact with the same name, and declares the sealed fields alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, field, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, dataclass_transform, get_type_hints
from uuid import UUID

from cattrs.preconf.orjson import make_converter

from services.chassis.contracts import from_json, with_objects
from services.chassis.dotted_names import home_of
from services.chassis.structs import REQUIRED, Struct

E_co = TypeVar("E_co", covariant=True)
F = TypeVar("F", bound="Event")
T = TypeVar("T")

converter = with_objects(make_converter())
"""Of stored events and sealed records; declared calls have a stricter one (`contracts.py`)."""
converter.register_structure_hook(UUID, lambda value, _: value if isinstance(value, UUID) else UUID(value))
converter.register_unstructure_hook(UUID, str)

Parts = tuple[dict[str, Any], dict[str, Any] | None]
Upcaster = Callable[[dict[str, Any], dict[str, Any] | None], Parts]
"""Makes of the public and sealed part of one version those of the next. Pure."""


def sealed(*, default: T = REQUIRED) -> T:
    """A dataclass field of the sealed part. It reads as None once its key is destroyed."""
    return field(default=default, metadata={"sealed": True})


def later(default: T) -> T:
    """A public field that came after its type: events from before have its default, and partners may not find it in them."""
    return field(default=default, metadata={"later": True})


class EventType(Struct):
    """What is known of one type: its class, its present version, whether partners receive it, and whether gateways may follow it."""

    source: str
    name: str
    version: int
    public: bool
    followed: bool
    upcasters: Mapping[int, Upcaster]
    cls: type["Event"]
    sealed_fields: tuple[str, ...]

    def upcast(self, version: int, public: dict[str, Any], secret: dict[str, Any] | None) -> Parts:
        """Both parts of an event of that version, in the shape of the present one."""
        for old in range(version, self.version):
            public, secret = self.upcasters[old](public, secret)
        return public, secret


_types: dict[tuple[str, str], EventType] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field, sealed))
class Event(Struct):
    """Every subclass is a frozen dataclass and an event type of the service whose module declares it.

    Keywords of a subclass: its `version`; `public`: partners receive it; `followed`: gateways may follow it, so that it is published
    where no service reacts to it; `upcasters`, by the version that they read. A subclass of an event type has those of its parent unless
    it gives its own.
    """

    __event_type__: ClassVar[EventType]

    def __init_subclass__(
        cls,
        *,
        version: int | None = None,
        public: bool | None = None,
        followed: bool | None = None,
        upcasters: Mapping[int, Upcaster] | None = None,
        source: str | None = None,
    ) -> None:
        cls.__doc__ = cls.__doc__ or (cls.__base__ or Event).__doc__
        super().__init_subclass__()
        parent: EventType | None = getattr(cls, "__event_type__", None)
        known = EventType(
            source=source or home_of(cls.__module__),
            name=cls.__name__,
            version=version or (parent.version if parent else 1),
            public=parent.public if parent and public is None else bool(public),
            followed=parent.followed if parent and followed is None else bool(followed),
            upcasters=parent.upcasters if parent and upcasters is None else upcasters or {},
            cls=cls,
            sealed_fields=tuple(f.name for f in fields(cls) if f.metadata.get("sealed")),
        )
        cls.__event_type__ = _types[known.source, known.name] = known


class Recorded(Struct, Generic[E_co]):
    """An event as it was stored. `version` counts its stream from 1; `readable` is False when its key is destroyed."""

    event_id: UUID
    stream: str
    version: int
    subject: str
    time: datetime
    event: E_co
    correlation_id: str | None = None
    causation_id: str | None = None
    key_id: str | None = None
    readable: bool = True


def of_type(kind: type[F], recorded: Iterable[Recorded[Any]]) -> list[Recorded[F]]:
    """Those of that type, in their order."""
    return [one for one in recorded if isinstance(one.event, kind)]


def types_of(source: str | None = None) -> list[EventType]:
    """The event types of a service, or of all that are imported, by name."""
    return sorted((t for t in _types.values() if source in (None, t.source)), key=lambda t: (t.source, t.name))


def type_of(cls: type[Event]) -> EventType:
    """What is known of an event class."""
    return cls.__event_type__


def parts(happened: Event) -> Parts:
    """An event as JSON values: its public part, and its sealed part or None where the type has none."""
    data: dict[str, Any] = converter.unstructure(happened)
    hidden = type_of(happened.__class__).sealed_fields
    if not hidden:
        return data, None
    secret = {name: data.pop(name) for name in hidden}
    return data, secret


def fact_of(cls: type[F], version: int, public: dict[str, Any]) -> F:
    """The fact of a public part of that version, upcast to the present one. Fields that it does not know are left out.

    Raises Misfit, with the names of the fields, where one that it knows is missing or does not fit.
    """
    return from_json(cls, type_of(cls).upcast(version, public, None)[0])


def revive(source: str, name: str, version: int, public: dict[str, Any], secret: Mapping[str, Any] | None) -> Any:
    """The event again, upcast to its present version. Without its sealed part, the sealed fields are None."""
    kind = _types[source, name]
    public, hidden = kind.upcast(version, public, dict(secret) if secret is not None else None)
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
            value = converter.structure(public[f.name], get_type_hints(kind.cls)[f.name])
        else:
            value = f.default if f.default is not MISSING else f.default_factory()  # type: ignore[misc]
        object.__setattr__(bare, f.name, value)
    return bare
