"""The town's side: taking in charge, deciding along the flow, replying, assigning, noting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.chassis.contracts import Done
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.procedures import Reply
from services.requests import refusals
from services.requests.access import rows as staff_views, rules as access, tracking_link
from services.requests.access.use_cases import Opened, act, actor_of, opened, shown
from services.requests.appointments import use_cases as appointments
from services.requests.request import commands, erasure as data_rights, events as e, flow
from services.requests.schemas.decisions import (
    AddNote,
    Assign,
    ChangeStatus,
    Decided,
    PreviewReply,
    ReplyText,
    TakeInCharge,
)
from services.requests.schemas.held_data import AnswerErasure
from services.requests.schemas.shapes import OnRequest
from services.requests.worklist import rules as reply_text
from services.townhall import placeholders
from services.townhall.town_time import local_day

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A change of status as an agent words it."""

    to: str
    reply: str | None = None
    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    missing_documents: Sequence[str] = ()
    deadline: date | None = None
    other_administration: str | None = None

    @classmethod
    def read(cls, asked: ChangeStatus) -> "Decision":
        """The decision of a call: what was left empty was not said; what fills a placeholder of that name was."""
        values = asked.values or {}

        def said(name: str, typed: str | None) -> str | None:
            return (typed or "").strip() or values.get(name, "").strip() or None

        return cls(
            to=asked.to,
            reply=asked.reply,
            text=said("text", asked.text),
            values=values,
            reason=said("reason", asked.reason),
            missing_documents=asked.missing_documents or (),
            deadline=asked.deadline or _day(values.get("deadline", "")),
            other_administration=said("other_administration", asked.other_administration),
        )

    @property
    def prepared(self) -> bool:
        """Whether the person reads the town's own reply, not words that the agent put in its place."""
        return bool(self.reply and not self.text)


def take_in_charge(tx: Transaction, settings: Settings, asked: TakeInCharge) -> OnRequest:
    """The request is the agent's; a new one is then under review where its flow says so."""
    on = _opened(tx, settings, asked.number, asked.version)
    actor = actor_of(tx)
    if flow.transition(on.definition, on.request.status, flow.IN_REVIEW, "agent") and _is_new(on):
        act(tx, on, _status(tx, on, Decision(to=flow.IN_REVIEW), None))
    act(tx, on, commands.Assign(assignee=actor.id, assignee_name=actor.name, agent=_named(tx)))
    return OnRequest(number=on.row.number)


def decide(tx: Transaction, settings: Settings, asked: ChangeStatus) -> Decided:
    return change_status(tx, settings, asked.number, asked.version, Decision.read(asked))


def change_status(tx: Transaction, settings: Settings, number: str, seen: int, decision: Decision) -> Decided:
    """Along the flow, with the message that the status needs; a reply with a blank left in it is refused.

    `told` in the answer: whether a mail is sent, as the flow or the reply says.
    """
    on = _opened(tx, settings, number, seen)
    words = _words(tx, settings, on, decision)
    happened = act(tx, on, _status(tx, on, decision, words))
    appointments.give_back(tx, on, happened)
    mailed = any(
        one.event.notify or one.event.reply for one in happened if isinstance(one.event, e.RequestStatusChanged)
    )
    return Decided(number=on.row.number, status=decision.to, told=mailed)


def assign(tx: Transaction, settings: Settings, asked: Assign, colleague: Json | None) -> OnRequest:
    """Hands the request to an agent, or to no one; `colleague`: who that is.

    Raises ColleagueUnknown for an agent of other departments, who could not see the request.
    """
    on = _opened(tx, settings, asked.number, asked.version)
    assignee, actor = asked.assignee, actor_of(tx)
    if assignee is None:
        name = ""
    elif assignee == actor.id:
        name = actor.name
    elif colleague and on.row.department in colleague["departments"]:
        name = colleague["name"]
    else:
        raise refusals.ColleagueUnknown(fields={"assignee": refusals.ColleagueUnknown.message})
    act(tx, on, commands.Assign(assignee=assignee, assignee_name=name, agent=_named(tx)))
    return OnRequest(number=on.row.number)


def add_note(tx: Transaction, settings: Settings, asked: AddNote) -> OnRequest:
    """Never shown to the citizen."""
    on = _opened(tx, settings, asked.number, None)
    act(tx, on, commands.AddNote(text=asked.text, agent=_named(tx)))
    return OnRequest(number=on.row.number)


def answer_erasure(tx: Transaction, settings: Settings, asked: AnswerErasure) -> Done:
    """Accepts or refuses the erasure that the applicant asked for; accepted, it is done when the retention ends."""
    on = opened(tx, settings, asked.number)
    if on.side != access.TOWN:
        raise refusals.NotAllowed
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
    return Done()


def reply_preview(tx: Transaction, settings: Settings, asked: PreviewReply) -> ReplyText:
    """The reply as it would be sent now, and the blanks that are left. It names the person: the look is recorded."""
    on = _by_an_agent(tx, shown(tx, settings, asked.number))
    staff_views.record(tx, on.id, "reply_preview")
    chosen = _canned(on, asked.reply, None)
    decision = Decision(to=chosen.sets_status, values=asked.values or {})
    text, unfilled = _filled(tx, settings, on, chosen.text, decision)
    return ReplyText(text=text, unfilled=tuple(unfilled))


def _opened(tx: Transaction, settings: Settings, number: str, seen: int | None) -> Opened:
    return _by_an_agent(tx, opened(tx, settings, number, seen=seen))


def _by_an_agent(tx: Transaction, on: Opened) -> Opened:
    if on.side != access.TOWN:
        raise refusals.NotAllowed
    access.require(actor_of(tx), "change_status")
    return on


def _is_new(on: Opened) -> bool:
    return on.request.status == flow.initial(on.definition)


def _named(tx: Transaction) -> str:
    actor = actor_of(tx)
    return actor.name or actor.id


def _status(tx: Transaction, on: Opened, decision: Decision, words: str | None) -> commands.ChangeStatus:
    return commands.ChangeStatus(
        to=decision.to,
        by="agent",
        definition=on.definition,
        now=tx.now,
        agent=_named(tx),
        reason=decision.reason,
        other_administration=decision.other_administration,
        reply_text=words,
        prepared=decision.prepared,
        missing_documents=tuple(decision.missing_documents),
        deadline=decision.deadline,
    )


def _day(typed: str) -> date | None:
    """The day that fills the blank of that name, where it is one: the same rules hold for it."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _canned(on: Opened, slug: str, to: str | None) -> Reply:
    for reply in flow.replies(on.definition, on.request.status):
        if reply.slug == slug and to in (None, reply.sets_status):
            return reply
    raise refusals.ReplyNotOffered


def _words(tx: Transaction, settings: Settings, on: Opened, decision: Decision) -> str | None:
    """The text to the person, whole; None when the agent writes none. Raises UnfilledPlaceholder."""
    written = decision.text
    if decision.reply:
        written = written or _canned(on, decision.reply, decision.to).text
    if not written:
        return None
    text, unfilled = _filled(tx, settings, on, written, decision)
    if unfilled:
        missing = {f"values.{name}": "Cette information manque encore dans le message." for name in unfilled}
        raise refusals.UnfilledPlaceholder(fields=missing, details={"unfilled": unfilled})
    return text


def _filled(tx: Transaction, settings: Settings, on: Opened, text: str, decision: Decision) -> tuple[str, list[str]]:
    link = tracking_link.Link(request_id=on.id, generation=on.request.generation)
    url = f"{settings.public_url}/suivi/{tracking_link.mint(settings.signing_key, link)}"
    known = reply_text.automatic(on.request, on.definition, on.row.its_town(), tracking_url=url, now=tx.now)
    said = reply_text.given(
        on.definition,
        values=decision.values,
        missing_documents=decision.missing_documents,
        deadline=decision.deadline,
        reason=decision.reason,
        other_administration=decision.other_administration,
    )
    return placeholders.fill(text, known | said)
