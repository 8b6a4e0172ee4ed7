"""A town's sample requests, read from `accounts.yaml`: when each step of their past happened. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.chassis.contracts import Json
from services.chassis.structs import Struct
from services.messaging.schemas.exchanges import ImportedExchange
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Procedure, Reply, Transition
from services.requests.drafts.rules import applicant_with
from services.requests.forms.applicant import asked_of, clean as read_applicant
from services.requests.forms.rules import clean as read_answers
from services.requests.history.rules import piece_label
from services.requests.request import flow
from services.requests.samples.entries import Exchange, Piece, Sample
from services.townhall import french_dates
from services.townhall.grants import Side
from services.townhall.placeholders import fill
from services.townhall.town_time import TOWN_TIME, resolved_day
from services.townhall.untyped import parts

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


def who(citizen: Mapping[str, object], definition: Procedure) -> dict[str, object]:
    """The applicant that the account was when it filed, as the procedure asks: nothing of the town's file is checked yet."""
    organisation = parts(citizen.get("organisation"))
    fits = organisation.get("kind") in definition.applicant.kinds
    details = {**parts(citizen["identity"]), **parts(citizen["contact"]), "address": citizen["address"]}
    given = applicant_with(definition, details, citizen.get("preferred_contact"), organisation if fits else {})
    return asked_of(definition, given)


def member(citizen: Json, slug: str | None) -> Json | None:
    family: list[Json] = citizen.get("family_members") or []
    return next((one for one in family if one["slug"] == slug), None) if slug else None


def answers(definition: Procedure, given: Mapping[str, object], today: date) -> Json:
    """The answers with their relative dates counted from the day of the import, uploads left out."""
    kinds = {field.name: field.type for field in definition.fields}
    return {
        name: resolved_day(str(value), today).isoformat() if kinds.get(name) is FieldType.DATE else value
        for name, value in given.items()
        if kinds.get(name) is not FieldType.FILES
    }


def given(citizen: Json, sample: Sample, definition: Procedure, *, filed_on: date, today: date) -> Given:
    """Who files, the answers, for which member of the family; and a sentence for each that the procedure would refuse."""
    applicant, errors = read_applicant(definition, who(citizen, definition), today=filed_on)
    concerned = member(citizen, sample.member)
    values, wrong = read_answers(
        definition, answers(definition, sample.answers, today), today=filed_on, applicant=applicant, member=concerned
    )
    return Given(applicant=applicant, answers=values, member=concerned, of_applicant=errors, of_answers=wrong)


def filed_at(sample: Sample, today: date) -> datetime:
    return _at(resolved_day(sample.submitted, today), FILED_AT)


def steps(sample: Sample, definition: Procedure, *, today: date, now: datetime) -> list[Step]:
    """The transitions that led to the sample's status, through those that its replies made, in order of time."""
    at_status, at = definition.flow.initial, filed_at(sample, today)
    past: list[Step] = []
    for reply, exchange in _replies(sample, definition):
        day = _at(resolved_day(exchange.at, today), ANSWERED_AT)
        past += _way(definition, at_status, reply.sets_status, after=at, at=day, said=exchange.values, today=today)
        at_status, at = (past[-1].to, past[-1].at) if past else (at_status, at)
    way = _way(definition, at_status, sample.status, after=at, at=None, said={}, today=today)
    return [step if step.at < now else replace(step, at=now) for step in past + way]


def taken_at(sample: Sample, steps: Sequence[Step], *, today: date, now: datetime) -> datetime:
    """When an agent took the request: with the town's first step, or on the day of the filing where something else is first."""
    if steps and steps[0].by == "agent":
        return steps[0].at
    return min(now, _at(resolved_day(sample.submitted, today), ANSWERED_AT))


def exchanges(
    request_id: str,
    sample: Sample,
    definition: Procedure,
    values: Mapping[str, str],
    *,
    today: date,
    agent: str | None = None,
) -> list[ImportedExchange]:
    """What was said; the town's by `agent`, where one took the request."""
    authors = {Side.TOWN: agent or values["department_name"], Side.CITIZEN: values["applicant_name"]}
    return [
        ImportedExchange(
            request_id=UUID(request_id),
            side=exchange.side.value,
            author=authors[exchange.side],
            at=_at(resolved_day(exchange.at, today), ANSWERED_AT),
            read=exchange.read,
            text=_text(exchange, sample, definition, values, today),
        )
        for exchange in sample.exchanges
    ]


def pieces(sample: Sample, definition: Procedure) -> list[Piece]:
    """The pieces handed in: those of the procedure, and the uploads among the answers."""
    uploads = {piece.slug for piece in definition.uploads()}
    given: dict[str, list[str]] = {name: sample.answers.get(name, []) for name in sample.answers if name in uploads}
    return [*sample.documents, *(Piece(slug=slug, files=tuple(files)) for slug, files in given.items())]


def _replies(sample: Sample, definition: Procedure) -> list[tuple[Reply, Exchange]]:
    known = {reply.slug: reply for reply in definition.replies}
    return [(known[one.reply], one) for one in sample.exchanges if one.reply]


def _way(
    definition: Procedure,
    from_status: str,
    to: str,
    *,
    after: datetime,
    at: datetime | None,
    said: Mapping[str, str],
    today: date,
) -> list[Step]:
    """The transitions between two statuses: the last at that instant, as was `said`, the others a day apart before it."""
    way: Sequence[Transition] = flow.path(definition, from_status, to)
    past: list[Step] = []
    for number, step in enumerate(way, start=1):
        usual = after + timedelta(days=number)
        last = number == len(way)
        moment = at if last and at else min(usual, at) if at else usual
        past.append(_step(step, moment, said if last else {}, today))
    return past


def _step(step: Transition, at: datetime, said: Mapping[str, str], today: date) -> Step:
    deadline, reason, to_whom = said.get("deadline"), said.get("reason"), said.get("other_administration")
    day = resolved_day(deadline, today) if deadline else None
    return Step(to=step.to, by=step.by, at=at, deadline=day, reason=reason, other_administration=to_whom)


def _text(exchange: Exchange, sample: Sample, definition: Procedure, values: Mapping[str, str], today: date) -> str:
    if exchange.text:
        return exchange.text
    reply = next(one for one in definition.replies if one.slug == exchange.reply)
    typed = {**exchange.values}
    if "deadline" in typed:
        typed["deadline"] = french_dates.long_day(resolved_day(typed["deadline"], today))
    pieces = "\n".join(f"- {piece_label(definition, piece)}" for piece in sample.missing_documents)
    return fill(reply.text, {**values, "missing_documents": pieces, **typed})[0]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOWN_TIME)
