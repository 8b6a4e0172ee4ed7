"""The procedure's own flow, which is data: where a request may go, by whom, and what each status means. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.procedures.schemas.definitions.forms import RuleKind
from services.procedures.schemas.definitions.procedures import Procedure, Reply, Transition
from services.requests.schemas.dashboard import StatusShown
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import Offered

REASONED = frozenset({Status.REFUSED, Status.REDIRECTED, Status.LAPSED, Status.CANCELLED})
"""Ends without what was asked for. An agent has to give the person a reason for each (glossary R10, R13), and the
appointment to come is cancelled with the request."""


def is_closed(definition: Procedure, status: str) -> bool:
    """Whether the request accepts no further action of the citizen."""
    return definition.statuses[status].closed


def described(definition: Procedure, status: str) -> StatusShown:
    known = definition.statuses[status]
    return StatusShown(slug=status, label=known.label, closed=known.closed, meaning=known.meaning)


def transition(definition: Procedure, from_status: str, to_status: str, by: str) -> Transition | None:
    """The transition that the flow allows, or None."""
    return next((t for t in _from(definition, from_status, by) if t.to == to_status), None)


def offered(definition: Procedure, status: str, by: str, *, free: bool = False) -> list[Offered]:
    """Where the request may go from that status, in the flow's order. `free`: as of `steps`."""
    return [
        Offered(
            to=t.to,
            label=definition.statuses[t.to].label,
            needs_reason=t.to in REASONED,
            begins=begins_review(definition, status, t.to),
        )
        for t in (steps(definition, status) if free else _from(definition, status, by))
    ]


def steps(definition: Procedure, status: str) -> list[Transition]:
    """Where an agent may take a request that is free for that agent: a new one also to where its review leads, which the decision
    begins then."""
    direct = [*_from(definition, status, "agent")]
    if not any(begins_review(definition, status, t.to) for t in direct):
        return direct
    known = {status, *(t.to for t in direct)}
    return [*direct, *(t for t in _from(definition, Status.IN_REVIEW, "agent") if t.to not in known)]


def begins_review(definition: Procedure, from_status: str, to_status: str) -> bool:
    """Whether a new request is then looked at for the first time; from any other status the review is taken up again."""
    return to_status == Status.IN_REVIEW and from_status == definition.flow.initial


def replies(definition: Procedure, status: str, *, free: bool = False) -> list[Reply]:
    """The canned replies whose transition an agent may make from that status. `free`: as of `steps`."""
    reachable = {t.to for t in (steps(definition, status) if free else _from(definition, status, "agent"))}
    return [reply for reply in definition.replies if reply.sets_status in reachable]


def path(definition: Procedure, from_status: str, to_status: str) -> list[Transition]:
    """The shortest way of transitions between two statuses: how a request that stands there came to it."""
    ways: list[list[Transition]] = [[]]
    seen = {from_status}
    while ways:
        way = ways.pop(0)
        at = way[-1].to if way else from_status
        if at == to_status:
            return way
        for step in definition.flow.transitions:
            if step.source == at and step.to not in seen:
                seen.add(step.to)
                ways.append([*way, step])
    raise ValueError(f"{to_status} cannot be reached from {from_status} in the flow {definition.flow.slug}")


def _from(definition: Procedure, status: str, by: str) -> Iterator[Transition]:
    return (t for t in definition.flow.transitions if t.source == status and t.by == by)


def ended_by_time(definition: Procedure) -> list[tuple[str, str]]:
    """The transitions that the system makes when a time is over, (from, to), but for unanswered requests for pieces."""
    return [(t.source, t.to) for t in definition.flow.transitions if t.by == "system" and t.source != Status.AWAITING]


def ends_on(definition: Procedure, answers: Mapping[str, object]) -> date | None:
    """The last day of what was asked for: the later answer of the procedure's ordered dates."""
    ends = [rule.fields[-1] for rule in definition.rules if rule.kind is RuleKind.DATE_ORDER]
    given = [date.fromisoformat(str(answers[name])) for name in ends if answers.get(name)]
    return max(given, default=None)
