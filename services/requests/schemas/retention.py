"""Declared calls about the end of what was filed: lists drawn, shown, approved. Moments and days are ISO 8601."""

from services.chassis.contracts import Command, Query, RecordedLook, checked, identifier
from services.chassis.french_fields import Listed, Text
from services.chassis.structs import Struct


class DrawnList(Struct):
    """`requests`: how many it names, `approved`: how many of them are to be erased."""

    list_id: str
    drawn_at: str
    requests: int
    approved: int | None
    approved_at: str | None


class Eliminations(Struct):
    """`ended`: how many requests wait for a list; the lists that were drawn, the latest first."""

    ended: int
    lists: tuple[DrawnList, ...]


class ListEliminations(Query[Eliminations], method="eliminations"):
    pass


class EliminationLine(Struct):
    """`then`: "destroy", "sort" or "transfer"; `erasure`: what became of the one that the applicant asked for."""

    number: str
    procedure: str
    title: str
    closed_on: str
    kept_until: str | None
    then: str
    erasure: str | None
    approved: bool


class Elimination(Struct):
    list_id: str
    drawn_at: str
    visa: str | None
    approved_at: str | None
    approved_by: str | None
    lines: tuple[EliminationLine, ...]


class ReadElimination(RecordedLook[Elimination], method="elimination"):
    list_id: str = identifier()


class OnElimination(Struct):
    list_id: str


class DrawElimination(Command[OnElimination]):
    """Raises NothingToEliminate where no request waits for a list."""


class ApproveElimination(Command[OnElimination]):
    """What is approved is erased at once, or within a minute where this process ends meanwhile. `numbers`: the only ones
    meant; None: all of the list that are to be destroyed."""

    list_id: str = identifier()
    visa: str = checked(Text(required=True, blank=True))
    numbers: tuple[str, ...] | None = checked(Listed(Text(), load_default=None, allow_none=True), default=None)
