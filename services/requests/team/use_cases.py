"""Absences stated and ended, requests handed over, mentions read; requests that their agent can see no more come back."""

from collections.abc import Callable, Mapping

from dateutil.relativedelta import relativedelta

from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction, Viewing
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import Opened, act, actor_of, visible
from services.requests.definitions.rows import published
from services.requests.lifecycle import rows as due, use_cases as timers
from services.requests.request import commands, rows as requests
from services.requests.schemas import team as calls
from services.requests.team import rows, rules
from services.requests.team.rows import Handover
from services.requests.team.views import manages_team, may_change
from services.townhall.town_time import local_day

HANDED = "requests.handed_over"  # the signal that requests of an agent wait to be handed over
MOST_RELEASED = 500
"""In one turn."""
Handlers = Mapping[str, Actor]
"""The agents who handle requests, by id."""
LOCK = "absences"
"""A stream without events: absences are stated one after the other, so that no circle of substitutes comes about."""


def state_absence(
    tx: Transaction, _: Settings, asked: calls.StateAbsence, handlers: Handlers | None
) -> calls.AbsenceKey:
    actor, known = actor_of(tx), handlers or {}
    about = asked.agent_id or actor.id
    access.require_agent(actor, "manage_agents" if about != actor.id else "read_requests")
    if about != actor.id and not manages_team(actor):
        raise refusals.NotAllowed
    agent, substitute = known.get(about), known.get(asked.substitute)
    if agent is None:
        raise rules.at(rules.AgentNotHere, "agent_id")
    if substitute is None or not set(substitute.departments) & set(agent.departments):
        raise rules.at(rules.SubstituteUnknown, "substitute")
    absent = rules.Absent(
        absence_id=str(tx.new_id()),
        agent_id=agent.id,
        agent_name=agent.name,
        departments=agent.departments,
        substitute_id=substitute.id,
        substitute_name=substitute.name,
        first_day=asked.first_day,
        last_day=asked.last_day,
    )
    tx.lock(LOCK)
    today = local_day(tx.now)
    rules.check(absent, rows.absences(tx, today), today)
    rows.save_absence(tx, absent)
    return calls.AbsenceKey(absence_id=absent.absence_id)


def end_absence(tx: Transaction, _: Settings, asked: calls.EndAbsence) -> None:
    actor = actor_of(tx)
    if not access.is_staff(actor):
        raise refusals.NotAllowed
    tx.lock(LOCK)
    for one in rows.absences(tx, local_day(tx.now)):
        if one.absence_id == asked.absence_id:
            if not may_change(actor, one):
                raise refusals.NotAllowed
            rows.end_absence(tx, one.absence_id)


def hand_over(tx: Transaction, _: Settings, asked: calls.HandOver, handlers: Handlers | None) -> None:
    """What follows is done by `hand_over_all`, woken by this commit."""
    actor = actor_of(tx)
    if not manages_team(actor):
        raise refusals.NotAllowed
    to = (handlers or {}).get(asked.to) if asked.to else None
    if asked.to and (to is None or asked.to == asked.agent_id or asked.department not in to.departments):
        raise refusals.ColleagueUnknown(fields={"to": refusals.ColleagueUnknown.message})
    rows.hand_over(
        tx,
        Handover(
            agent_id=asked.agent_id,
            department=asked.department,
            to_id=to.id if to else None,
            to_name=to.name if to else "",
            confidential=bool(to and access.may(to, "handle_confidential")),
            by_name=actor.name or actor.id,
        ),
    )
    tx.wake(HANDED)


def hand_over_all(store: Store) -> None:
    """Each request in a transaction of its own; a killed run is taken up by the next, as is one of which some could not be given."""
    with store.viewing(None) as view:
        waiting = rows.handovers(view)
    for one in waiting:
        given = _hand_over(store, one)
        with store.viewing(None) as view:
            left = rows.followed(view, one, due.FIRST)
        if given and left:
            continue
        with store.transaction() as tx:
            rows.end_handover(tx, one)


def _hand_over(store: Store, one: Handover) -> int:
    def to(tx: Transaction, on: Opened) -> commands.Assign:
        """A confidential file goes to no agent rather than to one who may not open it."""
        fits = one.confidential or not requests.confidential(tx, on.row)
        whom, name = (one.to_id, one.to_name) if fits else (None, "")
        return commands.Assign(assignee=whom, assignee_name=name, agent=one.by_name)

    return _reassign(store, lambda view, after: rows.followed(view, one, after), one.agent_id, to)


def release_unseen(store: Store, ask: Callable[[], Handlers]) -> int:
    """Gives back the open requests whose agent can see them no more: disabled, of other departments now, or without the right to
    confidential files. So many at most, the others in the next turns; nothing where accounts knows of no agent at all."""
    with store.viewing(None) as view:
        followed = rows.followers(view)
        confidential = published.confidential(view.conn)
    if not followed or not (handlers := ask()):
        return 0
    released = 0
    for one in followed:
        agent = handlers.get(one.agent_id)
        if agent and access.reach_of(agent, lambda: confidential).holds(one.department, one.procedure):
            continue
        with store.viewing(None) as view:
            found = rows.followed_in(view, one, MOST_RELEASED - released)
        released += _release(store, found, one.agent_id)
        if released >= MOST_RELEASED:
            break
    return released


def _release(store: Store, found: list[str], agent_id: str) -> int:
    pages = iter([found, list[str]()])
    to_none = commands.Assign(assignee=None, assignee_name="")
    return _reassign(store, lambda _view, _after: next(pages), agent_id, lambda _tx, _on: to_none)


def _reassign(
    store: Store,
    page: Callable[[Viewing, str], list[str]],
    agent_id: str,
    to: Callable[[Transaction, Opened], commands.Assign],
) -> int:
    """Of these requests, those that are still open and that agent's."""

    def reassign(tx: Transaction, on: Opened) -> bool:
        if on.row.assignee != agent_id or on.row.closed:
            return False
        return bool(act(tx, on, to(tx, on)))

    return timers.each(store, page, reassign)


def read_mentions(tx: Transaction, settings: Settings, asked: calls.ReadMentions) -> None:
    row, _side = visible(tx, settings, asked.number)
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    rows.read_mentions(tx, actor.id, row.request_id)


def forget(store: Store) -> None:
    """Absences that are over, and mentions as old as the looks that are forgotten."""
    with store.transaction() as tx:
        months = published.town(tx.conn).portal_settings.access_log_months
        rows.forget(tx, local_day(tx.now), tx.now - relativedelta(months=months))
