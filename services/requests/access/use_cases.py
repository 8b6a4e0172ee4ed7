"""Who acts on which request, on what state: opened once at the start of a use case."""

from collections.abc import Sequence
from datetime import datetime

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.messaging.schemas.facts import Direction
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.access import rules as access
from services.requests.definitions.rows import published
from services.requests.history import rules as history
from services.requests.refusals import NotAllowed, StaleVersion
from services.requests.request import commands, events as e, rows as store
from services.requests.request.rows import RequestRow
from services.requests.request.rules import decider
from services.requests.request.state import Request, State, filed
from services.requests.schemas.refusals import RequestNotFound
from services.townhall.grants import Side


class Opened(Struct):
    """A request with the side that the actor is on."""

    row: RequestRow
    side: Side
    request: Request
    version: int

    @property
    def id(self) -> str:
        return self.row.request_id

    @property
    def definition(self) -> Procedure:
        return self.row.definition

    @property
    def by(self) -> str:
        """As events say it: "agent" or "citizen"."""
        return "agent" if self.side is Side.TOWN else "citizen"


def actor_of(tx: Transaction) -> Actor:
    """Every call has an actor; a transaction of our own without one acts for the system."""
    return tx.actor or Actor(kind="system", id="requests")


def links(settings: Settings, row: RequestRow, now: datetime) -> access.Links:
    days = row.town.portal_settings.tracking_link_days if row.town else 0
    return access.Links(key=settings.signing_key, now=now, days=days)


def reach(tx: Transaction, actor: Actor | None = None) -> access.Reach:
    """The requests that this agent may see, or the one who acts; none for anyone else."""
    one = actor or actor_of(tx)
    if not access.is_staff(one):
        return access.Reach(departments=())
    return access.reach_of(one, lambda: published.confidential(tx.conn))


def free(tx: Transaction, request: Request) -> bool:
    """Whether the agent who acts may decide as who takes it in charge: the request is of no agent, or of this one."""
    actor = actor_of(tx)
    return access.is_staff(actor) and request.assignee in (None, actor.id)


def visible(tx: Transaction, settings: Settings, number: str) -> tuple[RequestRow, Side]:
    """The request and the actor's side; raises as `access.side`."""
    row = store.by_number(tx, number)
    if row is None:
        raise RequestNotFound
    actor = actor_of(tx)
    to_it = access.reach_of(actor, lambda: store.confidential(tx, row))
    return row, access.side(actor, row, links(settings, row, tx.now), to_it)


def opened(
    tx: Transaction, settings: Settings, number: str, *, seen: int | None = None, only: Side | None = None
) -> Opened:
    """The request, locked until the end of the transaction; raises StaleVersion when news came since version `seen`, then
    NotAllowed on another side than `only`."""
    row, side = visible(tx, settings, number)
    on = _opened(row, side, tx.load(decider, row.stream))
    if seen is not None and seen != on.version:
        _refuse_stale(tx, row, side, seen, on.version)
    if only not in (None, side):
        raise NotAllowed
    return on


def shown(tx: Transaction, settings: Settings, number: str) -> Opened:
    """The request as it stands, without a lock: good for showing, not for deciding."""
    row, side = visible(tx, settings, number)
    return _opened(row, side, tx.fold(decider, row.stream))


def by_id(tx: Transaction, request_id: str) -> Opened:
    """For the system's own work: the request, locked; raises RequestNotFound."""
    row = store.found(tx, request_id)
    return _opened(row, Side.TOWN, tx.load(decider, row.stream))


def shown_by_id(tx: Transaction, request_id: str) -> tuple[Opened, list[Recorded[e.RequestEvent]]]:
    """The same as it stands, without a lock, and all that happened to it."""
    row = store.found(tx, request_id)
    past = tx.history(row.stream)
    return _opened(row, Side.TOWN, folded(decider, past)), past


def act(tx: Transaction, on: Opened, command: commands.RequestCommand) -> list[Recorded[e.RequestEvent]]:
    """Decides and appends, sealed with the request's key."""
    return tx.execute(decider, on.row.stream, command, key=on.id)


def _opened(row: RequestRow, side: Side, read: tuple[State, int]) -> Opened:
    state, version = read
    return Opened(row=row, side=side, request=filed(state), version=version)


def _refuse_stale(tx: Transaction, row: RequestRow, side: Side, seen: int, version: int) -> None:
    actor = actor_of(tx)
    since = _since(tx.history(row.stream), side, seen, by=actor.name or actor.id)
    if since or seen > version:
        changes = [to_json(line) for line in history.lines(since, row.definition, side=side)]
        raise StaleVersion(details={"seen": seen, "version": version, "changes": changes})


def _since(past: Sequence[Recorded[e.RequestEvent]], side: Side, seen: int, by: str) -> list[Recorded[e.RequestEvent]]:
    """The events by which a decision is stale: neither the actor's own nor looks."""
    first = past[0].event
    # Of the pieces that came with the request, documents has an event each a moment later.
    filed = frozenset(piece["id"] for piece in (isinstance(first, e.RequestSubmitted) and first.manifest) or ())
    return [one for one in past if one.version > seen and _makes_stale(one.event, side, filed, by)]


def _makes_stale(event: e.RequestEvent, side: Side, filed: frozenset[str], by: str) -> bool:
    """Whether a page that was read before the event shows too little to decide by; the agent’s own note is known to that agent."""
    if isinstance(event, e.NoteAdded) and event.agent == by:
        return False
    if isinstance(event, e.TownOnly):
        return side is Side.TOWN
    match event:
        case e.DocumentAdded(document_id=document) if document in filed:
            return False
        case e.ExchangeAdded(direction=direction):
            return direction == Direction.read_by(side)
        case e.DocumentAdded() | e.DocumentReplaced() | e.DocumentRelabelled() | e.DocumentRemoved():
            return (event.by == "citizen") == (side is Side.TOWN)
        case _:
            return not isinstance(event, e.LeavesPagesCurrent)
