"""Who may see a request, and from which side. Pure.

The town's agents see the requests of their departments, those of confidential procedures with the right to them alone: `Reach`
is the one rule of it, which lists and counts ask too. A citizen those of the account; the holder of a tracking link
that one request, until it is attached to an account. For everyone else a request does not exist.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from services.chassis.actors import Actor
from services.chassis.structs import Struct
from services.requests.access import tracking_link
from services.requests.refusals import NotAllowed
from services.requests.request.erasure import Asked
from services.requests.request.state import Subject
from services.requests.schemas import refusals as declared
from services.townhall.grants import Side

SYSTEM = "system"


class Reach(Struct):
    """The requests that an agent may see: of these departments, but of `hidden` procedures."""

    departments: tuple[str, ...]
    hidden: tuple[str, ...] = ()

    def holds(self, department: str, procedure: str | None) -> bool:
        return department in self.departments and procedure not in self.hidden


def reach_of(agent: Actor, confidential: Callable[[], tuple[str, ...]]) -> Reach:
    """`confidential`: the procedures whose requests only a right opens; asked for an agent without it alone."""
    hidden = () if may(agent, "handle_confidential") else confidential()
    return Reach(departments=agent.departments, hidden=hidden)


class Links(Struct):
    """How tracking tokens are checked: key, present time, and the town's limit in days."""

    key: bytes
    now: datetime
    days: int


def side(actor: Actor, subject: Subject, links: Links, reach: Reach) -> Side:
    """The actor's side; raises RequestNotFound, or LoginRequired when the link's request now belongs to an account.

    Raises TrackingLinkInvalid where the actor holds a link of the request that was revoked or has expired, RequestErased where
    the actor has the number of an erased request alone: its link still opens it.
    """
    if actor.kind == SYSTEM:
        return Side.TOWN
    if is_staff(actor):
        if may(actor, "read_requests") and reach.holds(subject.department, subject.procedure):
            return Side.TOWN
        raise declared.RequestNotFound
    if actor.kind == "citizen" and subject.account_id == actor.id:
        return Side.CITIZEN
    if holds_link(actor.tokens, subject, links):
        if subject.login_required:
            raise declared.LoginRequired
        return Side.CITIZEN
    if subject.erased:
        raise declared.RequestErased
    raise declared.TrackingLinkInvalid if any(_links(actor.tokens, subject, links)) else declared.RequestNotFound


def holds_link(tokens: Iterable[str], subject: Subject, links: Links) -> bool:
    """Whether one of these tokens opens the request at present."""
    return any(opens(link, subject, links) for link in _links(tokens, subject, links))


def _links(tokens: Iterable[str], subject: Subject, links: Links) -> Iterator[tracking_link.TrackingLink]:
    """The genuine links of this request among the tokens, also those that open it no more."""
    for token in tokens:
        try:
            link = tracking_link.read(links.key, token)
        except declared.TrackingLinkInvalid:
            continue
        if link.request_id == subject.request_id:
            yield link


def opens(link: tracking_link.TrackingLink, subject: Subject, links: Links) -> bool:
    """Neither revoked nor expired."""
    expired = tracking_link.expired(subject.generation_since, links.now, links.days)
    return link.generation == subject.generation and not expired


def is_staff(actor: Actor) -> bool:
    return actor.kind == "agent"


def may(actor: Actor, permission: str) -> bool:
    return actor.kind == SYSTEM or permission in actor.permissions


def require(actor: Actor, permission: str) -> None:
    if not may(actor, permission):
        raise NotAllowed


def require_agent(actor: Actor, permission: str) -> None:
    """Raises NotAllowed for anyone but an agent with that permission."""
    if not is_staff(actor):
        raise NotAllowed
    require(actor, permission)


def require_citizen(actor: Actor) -> str:
    """The account's id; raises AccountRequired."""
    if actor.kind != "citizen":
        raise declared.AccountRequired
    return actor.id


def may_answer_erasure(actor: Actor, asked: Asked | None, today: date) -> bool:
    """Of an agent who sees the request: with the right at once; in the last days with that to decide, so that the request is
    answered in time where the department has no agent with the right."""
    if may(actor, "handle_data_rights"):
        return True
    return asked is not None and today >= asked.department_from and may(actor, "change_status")
