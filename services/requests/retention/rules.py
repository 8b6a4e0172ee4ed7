"""Lists of requests whose retention has ended, and the approval without which none of them is destroyed (D4). Pure.

One stream `elimination-<uuid>` a list: drawn, then approved with the visa of the departmental archives. A list names
requests by number and procedure, never a person.
"""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import assert_never

from services.chassis.event_store.decider import Decider
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import AfterRetention
from services.requests import refusals
from services.requests.retention.events import EliminationApproved, EliminationListDrawn, Line

LONGEST_LIST = 500
"""What one list holds at most: a person reads it."""


EliminationEvent = EliminationListDrawn | EliminationApproved


class Draw(Struct):
    lines: Sequence[Line]
    by: str


class Approve(Struct):
    """`numbers`: the only ones meant; None: all that the procedures say to destroy, none to be sorted or transferred."""

    visa: str
    numbers: Sequence[str] | None
    by: str
    by_name: str = ""


class Elimination(Struct):
    lines: tuple[Line, ...] = ()
    visa: str = ""
    approved_by: str = ""
    approved: frozenset[str] = field(default_factory=frozenset)


def decide(command: Draw | Approve, so_far: Elimination) -> list[EliminationEvent]:
    match command:
        case Draw():
            if so_far.lines:
                return []
            if not command.lines:
                raise refusals.NothingToEliminate
            return [EliminationListDrawn(lines=list(command.lines), by=command.by)]
        case Approve():
            return _approve(command, so_far)
        case _:
            assert_never(command)


def _approve(command: Approve, so_far: Elimination) -> list[EliminationEvent]:
    if not so_far.lines:
        raise refusals.EliminationUnknown
    visa = command.visa.strip()
    if not visa:
        raise refusals.VisaRequired(fields={"visa": refusals.VisaRequired.message})
    if command.numbers is None:
        meant = [line.request_id for line in so_far.lines if line.then == AfterRetention.DESTROY]
    else:
        known = {line.number: line.request_id for line in so_far.lines}
        strange = [number for number in command.numbers if number not in known]
        if strange:
            raise refusals.NotOnTheList(fields={"numbers": f"{refusals.NotOnTheList.message} ({', '.join(strange)})"})
        meant = [known[number] for number in dict.fromkeys(command.numbers)]
    if so_far.approved:
        if (visa, frozenset(meant)) == (so_far.visa, so_far.approved):
            return []
        raise refusals.AlreadyApproved
    if not meant:
        raise refusals.NothingToDestroy
    return [EliminationApproved(visa=visa, requests=meant, by=command.by, by_name=command.by_name)]


def evolve(so_far: Elimination, event: EliminationEvent) -> Elimination:
    match event:
        case EliminationListDrawn(lines=lines):
            return Elimination(lines=tuple(lines))
        case EliminationApproved():
            return replace(so_far, visa=event.visa, approved_by=event.by_name, approved=frozenset(event.requests))
        case _:
            assert_never(event)


decider: Decider[Draw | Approve, Elimination, EliminationEvent] = Decider(
    decide=decide, evolve=evolve, initial=Elimination
)


def stream(list_id: str) -> str:
    return f"elimination-{list_id}"
