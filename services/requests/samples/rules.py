"""A town's sample requests, read from `accounts.yaml`: when each step of their past happened. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from services.chassis.contracts import Json
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Procedure, Reply, Transition
from services.requests.drafts.rules import applicant_of
from services.requests.forms.applicant import clean as read_applicant
from services.requests.forms.rules import clean as read_answers
from services.requests.history.rules import piece_label
from services.requests.request import flow
from services.townhall import french_dates
from services.townhall.placeholders import fill
from services.townhall.town_time import TOWN_TIME, resolved_day

FILED_AT = time(9, 12)
ANSWERED_AT = time(10, 2)


class Step(Struct):
    """One transition of the past, its instant, and what its reply said: until when, why, to whom."""

    to: str
    by: str
    at: datetime
    deadline: date | None = None
    reason: str | None = None
    other_administration: str | None = None


class Given(Struct):
    """What a sample gives to its procedure, with a sentence for each detail of the applicant and each answer that is wrong."""

    applicant: Json
    answers: Json
    member: Json | None
    of_applicant: Mapping[str, str]
    of_answers: Mapping[str, str]


def who(citizen: Mapping[str, Any], definition: Procedure) -> Json:
    """The applicant that the account was when it filed."""
    organisation = citizen.get("organisation") or {}
    kinds = definition.applicant.kinds
    return applicant_of(
        {**citizen, "organisation": organisation if organisation.get("kind") in kinds else None}, definition
    )


def member(citizen: Mapping[str, Any], slug: str | None) -> Json | None:
    return next((dict(one) for one in citizen["family_members"] if one["slug"] == slug), None) if slug else None


def answers(definition: Procedure, given: Mapping[str, Any], today: date) -> Json:
    """The answers with their relative dates counted from the day of the import, uploads left out."""
    kinds = {field.name: field.type for field in definition.fields}
    return {
        name: resolved_day(value, today).isoformat() if kinds.get(name) is FieldType.DATE else value
        for name, value in given.items()
        if kinds.get(name) != "file-free"
    }


def given(
    citizen: Mapping[str, Any], sample: Mapping[str, Any], definition: Procedure, *, filed_on: date, today: date
) -> Given:
    """Who files, the answers, for which member of the family; and a sentence for each that the procedure would refuse."""
    applicant, errors = read_applicant(definition, who(citizen, definition), today=filed_on)
    concerned = member(citizen, sample.get("member"))
    values, wrong = read_answers(
        definition,
        answers(definition, sample["answers"], today),
        today=filed_on,
        applicant=applicant,
        member=concerned,
    )
    return Given(applicant=applicant, answers=values, member=concerned, of_applicant=errors, of_answers=wrong)


def filed_at(sample: Mapping[str, Any], today: date) -> datetime:
    return _at(resolved_day(sample["submitted"], today), FILED_AT)


def steps(sample: Mapping[str, Any], definition: Procedure, *, today: date, now: datetime) -> list[Step]:
    """The transitions that led to the sample's status, through those that its replies made, in order of time."""
    at_status, at = definition.flow.initial, filed_at(sample, today)
    past: list[Step] = []
    for reply, exchange in _replies(sample, definition):
        day = _at(resolved_day(exchange["at"], today), ANSWERED_AT)
        past += _way(definition, at_status, reply.sets_status, after=at, at=day, said=_said(exchange, today))
        at_status, at = (past[-1].to, past[-1].at) if past else (at_status, at)
    way = _way(definition, at_status, sample["status"], after=at, at=None, said={})
    return [step if step.at < now else replace(step, at=now) for step in past + way]


def taken_at(sample: Mapping[str, Any], steps: Sequence[Step], *, today: date, now: datetime) -> datetime:
    """When an agent took the request: with the town's first step, or on the day of the filing where something else is first."""
    if steps and steps[0].by == "agent":
        return steps[0].at
    return min(now, _at(resolved_day(sample["submitted"], today), ANSWERED_AT))


def exchanges(
    sample: Mapping[str, Any],
    definition: Procedure,
    values: Mapping[str, str],
    *,
    today: date,
    agent: str | None = None,
) -> list[Json]:
    """What was said, as messaging imports it: `{side, author, at, read, text}`; the town's by `agent`, where one took it."""
    authors = {"town": agent or values["department_name"], "citizen": values["applicant_name"]}
    return [
        {
            "side": exchange["from"],
            "author": authors[exchange["from"]],
            "at": _at(resolved_day(exchange["at"], today), ANSWERED_AT).isoformat(),
            "read": exchange["read"],
            "text": _text(exchange, sample, definition, values, today),
        }
        for exchange in sample.get("exchanges", ())
    ]


def documents(sample: Mapping[str, Any], definition: Procedure) -> list[Json]:
    """The pieces handed in, as documents imports them: `{piece, label, files: [names]}`."""
    uploads = {piece.slug for piece in definition.uploads()}
    given = [(one["slug"], one["files"]) for one in sample.get("documents", ())]
    given += [(name, files) for name, files in sample["answers"].items() if name in uploads]
    return [{"piece": piece, "label": piece_label(definition, piece), "files": list(files)} for piece, files in given]


def _replies(sample: Mapping[str, Any], definition: Procedure) -> list[tuple[Reply, Mapping[str, Any]]]:
    known = {reply.slug: reply for reply in definition.replies}
    return [(known[one["reply"]], one) for one in sample.get("exchanges", ()) if "reply" in one]


def _way(
    definition: Procedure, from_status: str, to: str, *, after: datetime, at: datetime | None, said: Json
) -> list[Step]:
    """The transitions between two statuses: the last at that instant, as was `said`, the others a day apart before it."""
    way: Sequence[Transition] = flow.path(definition, from_status, to)
    past: list[Step] = []
    for number, step in enumerate(way, start=1):
        usual = after + timedelta(days=number)
        last = number == len(way)
        moment = at if last and at else min(usual, at) if at else usual
        past.append(Step(to=step.to, by=step.by, at=moment, **(said if last else {})))
    return past


def _said(exchange: Mapping[str, Any], today: date) -> Json:
    values = exchange.get("values") or {}
    deadline = resolved_day(values["deadline"], today) if values.get("deadline") else None
    return {"deadline": deadline, **{name: values.get(name) for name in ("reason", "other_administration")}}


def _text(
    exchange: Mapping[str, Any],
    sample: Mapping[str, Any],
    definition: Procedure,
    values: Mapping[str, str],
    today: date,
) -> str:
    if "text" in exchange:
        return exchange["text"]
    reply = next(one for one in definition.replies if one.slug == exchange["reply"])
    typed = dict(exchange.get("values") or {})
    if "deadline" in typed:
        typed["deadline"] = french_dates.long_day(resolved_day(typed["deadline"], today))
    pieces = "\n".join(f"- {piece_label(definition, piece)}" for piece in sample.get("missing_documents", ()))
    return fill(reply.text, {**values, "missing_documents": pieces, **typed})[0]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOWN_TIME)
