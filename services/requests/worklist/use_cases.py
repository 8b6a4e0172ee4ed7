"""The town's side: taking in charge, deciding along the flow, replying, assigning, noting."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.procedures import Reply
from services.requests import refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import Opened, act, actor_of, free, opened, reach
from services.requests.appointments import use_cases as appointments
from services.requests.definitions.rows import published
from services.requests.request import commands, erasure as data_rights, events as e, flow, rows as store
from services.requests.schemas import decisions as calls
from services.requests.schemas.held_data import AnswerErasure
from services.requests.schemas.shapes import OnRequest
from services.requests.schemas.statuses import Status
from services.requests.team import rows as team
from services.requests.worklist import narrowing, rows as work_list, rules as reply_text, views
from services.requests.worklist.spread import spread
from services.townhall.grants import Side
from services.townhall.town_time import local_day

MOST_TRIED = 50
"""More than so many agents do not take at one moment."""


def take_in_charge(tx: Transaction, settings: Settings, asked: calls.TakeInCharge) -> OnRequest:
    return _taken(tx, _undecided(tx, settings, asked.number, asked.version))


def take_next(tx: Transaction, settings: Settings, asked: calls.TakeNext) -> calls.NextTaken:
    """What another transaction acts on at this moment is passed over, so no agent waits for another one."""
    access.require_agent(actor_of(tx), "read_requests")
    access.require(actor_of(tx), "change_status")
    agendas = published.agendas(tx.conn) if asked.site else ()
    wanted = narrowing.wanted_by(tx, settings, narrowing.list_of(asked), reach(tx), agendas)
    unassigned = spread(tx, replace(wanted, closed=False, assignee="", covered=(), ours=True))
    first, _ = work_list.page(tx, unassigned, sort="due", limit=MOST_TRIED)
    for line in first:
        if tx.try_lock(line.row.stream) and _free(tx, line.row.request_id):
            return calls.NextTaken(number=_taken(tx, _opened(tx, settings, line.row.number, None)).number)
    return calls.NextTaken(number=None)


def _free(tx: Transaction, request_id: str) -> bool:
    """As the request stands under its lock: another agent may have taken it since the list was read."""
    row = store.found(tx, request_id)
    return row.assignee is None and not row.closed and not store.decision_waits(tx, request_id)


def _taken(tx: Transaction, on: Opened) -> OnRequest:
    _begin_review(tx, on)
    _assign_to_actor(tx, on)
    return OnRequest(number=on.row.number)


def _begin_review(tx: Transaction, on: Opened) -> None:
    """Of a new request whose flow has one."""
    begins = flow.begins_review(on.definition, on.request.status, Status.IN_REVIEW)
    if begins and flow.transition(on.definition, on.request.status, Status.IN_REVIEW, "agent"):
        to_review = commands.ChangeStatus(
            to=Status.IN_REVIEW, by="agent", definition=on.definition, now=tx.now, agent=_named(tx)
        )
        act(tx, on, to_review)


def _assign_to_actor(tx: Transaction, on: Opened) -> None:
    actor = actor_of(tx)
    act(tx, on, commands.Assign(assignee=actor.id, assignee_name=actor.name, agent=_named(tx)))


def change_status(tx: Transaction, settings: Settings, asked: calls.ChangeStatus) -> calls.Decided:
    return carry_out(tx, *decision(tx, settings, asked))


def decision(tx: Transaction, settings: Settings, asked: calls.ChangeStatus) -> tuple[Opened, commands.ChangeStatus]:
    """The request, locked, and what the agent decides of it, with the message whole; the rules of the request are still to judge it."""
    on = _undecided(tx, settings, asked.number, asked.version)
    if asked.together and not _fit_for_many(tx, on, asked):
        raise refusals.NotForMany
    said = reply_text.completed(asked)
    prepared = views.canned(tx, on, said.reply, said.to) if said.reply else None
    command = commands.ChangeStatus(
        to=said.to,
        by="agent",
        definition=on.definition,
        now=tx.now,
        agent=_named(tx),
        reason=said.reason,
        other_administration=said.other_administration,
        reply_text=_message(tx, settings, on, said, prepared),
        prepared=bool(said.reply and not said.text),
        happened=prepared.happened if prepared else None,
        missing_documents=said.missing_documents or (),
        deadline=said.deadline,
    )
    return on, command


def carry_out(tx: Transaction, on: Opened, command: commands.ChangeStatus) -> calls.Decided:
    """A request that no agent handles is then that of the agent who decides."""
    if begins_with(tx, on, command):
        _begin_review(tx, on)
    if on.request.assignee is None and free(tx, on.request) and on.request.status != command.to:
        _assign_to_actor(tx, on)
    happened = act(tx, on, command)
    appointments.give_back(tx, on, happened)
    return decided(on, command, [one.event for one in happened])


def begins_with(tx: Transaction, on: Opened, command: commands.ChangeStatus) -> bool:
    """Whether the decision leads where only the review of a new request does, which the agent begins with it."""
    status = on.request.status
    if not free(tx, on.request) or flow.transition(on.definition, status, command.to, "agent"):
        return False
    return any(one.to == command.to for one in flow.steps(on.definition, status))


def decided(
    on: Opened, command: commands.ChangeStatus, events: Iterable[e.RequestEvent], *, held: str | None = None
) -> calls.Decided:
    mailed = any(one.notify or one.reply for one in events if isinstance(one, e.RequestStatusChanged))
    return calls.Decided(number=on.row.number, status=command.to, told=mailed, held=held)


def assign(tx: Transaction, settings: Settings, asked: calls.Assign, colleague: Actor | None) -> OnRequest:
    """`colleague`: the agent. Raises ColleagueUnknown for one who could not see the request."""
    on = _opened(tx, settings, asked.number, asked.version)
    assignee, actor = asked.assignee, actor_of(tx)
    if assignee is None:
        name = ""
    elif assignee == actor.id:
        name = actor.name
    elif colleague and reach(tx, colleague).holds(on.row.department, on.row.procedure):
        name = colleague.name
    else:
        raise refusals.ColleagueUnknown(fields={"assignee": refusals.ColleagueUnknown.message})
    act(tx, on, commands.Assign(assignee=assignee, assignee_name=name, agent=_named(tx)))
    return OnRequest(number=on.row.number)


def add_note(
    tx: Transaction, settings: Settings, asked: calls.AddNote, colleagues: Mapping[str, Actor] | None = None
) -> OnRequest:
    """`colleagues`: of the agent, by id. Raises MentionUnknown for one who could not see the request."""
    on = _opened(tx, settings, asked.number, None)
    mentioned = [(colleagues or {}).get(one) for one in dict.fromkeys(asked.mentions)]
    named = [one for one in mentioned if one and reach(tx, one).holds(on.row.department, on.row.procedure)]
    if len(named) < len(mentioned):
        raise refusals.MentionUnknown(fields={"mentions": refusals.MentionUnknown.message})
    act(tx, on, commands.AddNote(text=asked.text, agent=_named(tx), mentioned=tuple(one.name for one in named)))
    team.mention(tx, on.id, [one.id for one in named if one.id != actor_of(tx).id], _named(tx))
    return OnRequest(number=on.row.number)


def answer_erasure(tx: Transaction, settings: Settings, asked: AnswerErasure) -> None:
    on = opened(tx, settings, asked.number, only=Side.TOWN)
    asked_for = data_rights.asked(tx.history(on.row.stream))
    if not access.may_answer_erasure(actor_of(tx), asked_for, local_day(tx.now)):
        raise refusals.NotAllowed
    command = commands.AnswerErasure(
        accepted=asked.accepted,
        reason=asked.reason,
        agent=_named(tx),
        definition=on.definition,
        closed_on=local_day(on.row.closed_at) if on.row.closed_at else None,
    )
    act(tx, on, command)


def _opened(tx: Transaction, settings: Settings, number: str, seen: int | None) -> Opened:
    return views.by_an_agent(tx, opened(tx, settings, number, seen=seen))


def _undecided(tx: Transaction, settings: Settings, number: str, seen: int | None) -> Opened:
    """Raises DecisionWaits where a decision that was sent is still to be carried out."""
    on = _opened(tx, settings, number, seen)
    if store.decision_waits(tx, on.id):
        raise refusals.DecisionWaits
    return on


def _fit_for_many(tx: Transaction, on: Opened, asked: calls.ChangeStatus) -> bool:
    """Whether it is a prepared reply as it stands, of those that may leave for several."""
    if asked.reply is None or asked.text or asked.values:
        return False
    return reply_text.fit_for_many(views.canned(tx, on, asked.reply, asked.to))


def _named(tx: Transaction) -> str:
    actor = actor_of(tx)
    return actor.name or actor.id


def _message(
    tx: Transaction, settings: Settings, on: Opened, decision: calls.ChangeStatus, prepared: Reply | None
) -> str | None:
    """The text to the person, whole; None when the agent writes none. Raises UnfilledPlaceholder."""
    written = decision.text or (prepared and prepared.text)
    if not written:
        return None
    given = reply_text.given(on.definition, decision) | reply_text.typed(decision.values or {})
    text, unfilled = views.filled(tx, settings, on, written, given)
    if unfilled:
        missing = {f"values.{name}": "Cette information manque encore dans le message." for name in unfilled}
        raise refusals.UnfilledPlaceholder(fields=missing, details={"unfilled": unfilled})
    return text
