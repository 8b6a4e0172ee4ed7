"""Refusals: what a service answers when it will not do what was asked. Pure.

A refusal is a class next to its rule, with a French sentence for the person, and a stable `code`: the name of the class
(`SlotNotOffered` has `slot_not_offered`) unless it says another. Its kind, one of six, is all that the gateway needs to choose a
status. A class that callers in other processes catch is declared in its service's `schemas`. Anything that is not a refusal is
a defect.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, TypeVar

from services.chassis.dotted_names import snake_case


class Refusal(Exception):
    """Why nothing was done; nothing was changed.

    `message`: a French sentence for the person; `fields`: a sentence for each field at fault, by dotted name;
    `details`: facts that a program needs (ids, dates, counts), never personal data; `always`: those that the class gives.
    """

    kind: ClassVar[str] = "refused"
    code: str = "refused"
    message: str = "Cette opération n’est pas possible."
    always: ClassVar[Mapping[str, object]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # One without a sentence of its own is, to a caller, what its parent is.
        if "message" in vars(cls) and "code" not in vars(cls):
            cls.code = snake_case(cls.__name__)

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        self.fields = dict(fields or {})
        self.details: dict[str, object] = {**self.always, **(details or {})}
        super().__init__(self.message)


class Invalid(Refusal):
    """What was given cannot be accepted as it is."""

    kind = code = "invalid"
    message = "Certaines réponses sont à corriger."


class NotFound(Refusal):
    """There is nothing here, or nothing that this actor may know of."""

    kind = code = "not_found"
    message = "Cette page n’existe pas ou n’est plus disponible."


class Forbidden(Refusal):
    """The actor is known and may not."""

    kind = code = "forbidden"
    message = "Vous n’avez pas accès à cette opération."


class Conflict(Refusal):
    """The state of things does not allow it now."""

    kind = code = "conflict"
    message = "La situation a changé entre-temps."


class Unavailable(Refusal):
    """It could not be known or done at this moment; asking again with the same id is safe."""

    kind = code = "unavailable"
    message = "Le service ne répond pas pour le moment. Réessayez dans quelques instants."


class Reason(StrEnum):
    """Why something could not be known or done, for programs: `reason` in the details of Unavailable."""

    TIMEOUT = "timeout"
    BROKER = "broker"
    NO_SUCH_SERVICE = "no such service"
    NO_SUCH_METHOD = "no such method"  # the service is of the release before the caller's, or of the one after
    DOES_NOT_FIT = "the answer does not fit"  # its declaration: it is of another release, or of a defect
    NOT_KNOWN_YET = "not known yet"
    NOT_ASKED = "not asked"


class NotKnownYet(Unavailable):
    """What another service published has not arrived here: callers try again in a moment."""

    always: ClassVar = {"reason": Reason.NOT_KNOWN_YET}


class TooMany(Refusal):
    """Asked too often; `details` may hold `retry_after_seconds`."""

    kind = code = "too_many"
    message = "Trop d’essais en peu de temps. Patientez avant de recommencer."


R = TypeVar("R", bound=type[Refusal])
_declared: dict[tuple[str, str], type[Refusal]] = {}


def declared(refusal: R) -> R:
    """Marks a class of a service's `schemas`, or of townhall: callers in other processes catch that class. Its kind and its code name it."""
    _declared[refusal.kind, refusal.code] = refusal
    return refusal


KINDS: Mapping[str, type[Refusal]] = {
    kind.kind: kind for kind in (Invalid, NotFound, Forbidden, Conflict, Unavailable, TooMany)
}


def class_of(kind: str, code: str) -> type[Refusal]:
    """The class with which a refusal of another process is raised here: the declared one, else that of its kind."""
    return _declared.get((kind, code)) or KINDS.get(kind, Refusal)
