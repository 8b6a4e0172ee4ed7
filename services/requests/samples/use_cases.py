"""A town's sample requests, filed with their past dates: no mail leaves for them, no closed quota period counts them.

Each sample is one transaction whose steps are dated when they happened. An import cut short is simply asked again: a
request that is here already is left as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from services.chassis.actors import Actor, only_ourselves
from services.chassis.calls import Call
from services.chassis.contracts import Json, from_json
from services.chassis.errors import Invalid
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.documents.schemas.pieces import ImportedDocument
from services.messaging.schemas.exchanges import ImportedExchange
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import Town
from services.requests import refusals
from services.requests.access import use_cases as acting
from services.requests.appointments import use_cases as appointments
from services.requests.capacity import holders, slots, use_cases as capacity
from services.requests.capacity.rules import Day, day_decider
from services.requests.capacity.slots import ChosenSlot
from services.requests.definitions.rows import Current, published
from services.requests.filing import use_cases as submission
from services.requests.forms import rules as answers
from services.requests.history.rules import piece_label
from services.requests.request import commands, numbers, rows as store
from services.requests.request.rules import decider
from services.requests.request.state import Erased
from services.requests.samples import rules as samples, samples_file
from services.requests.samples.entries import Agent, Citizen, Sample
from services.requests.schemas.samples import CheckSamples, SamplesImported
from services.requests.schemas.statuses import Status
from services.requests.worklist import rules as reply_text
from services.townhall.town_time import local_day


class SampleRefused(Invalid):
    message = "Une demande d’exemple ne convient pas à sa démarche."


def check_samples(store: Store, call: Call, asked: CheckSamples) -> None:
    only_ourselves(call.actor, refusals.NotAllowed)
    now, published = store.clock.now(), asked.definitions
    samples_file.check(
        asked.citizens,
        None if published is None else {slug: read(Procedure, definition) for slug, definition in published.items()},
        now,
        agents=asked.agents or (),
        people_are_right=asked.people_are_right,
    )


def import_samples(
    desk: Store,
    actor: Actor,
    citizens: list[Json],
    accounts: Mapping[str, str],
    agents: Sequence[Json] = (),
    *,
    correlation_id: str | None = None,
) -> SamplesImported:
    """Files every sample of the citizens that have an account. One that names the agent who took it is that agent's from the
    town's first step on. Raises SampleRefused naming sample and field."""
    only_ourselves(actor, refusals.NotAllowed)
    requests: dict[str, str] = {}
    all_exchanges: list[ImportedExchange] = []
    all_documents: list[ImportedDocument] = []
    takers = {
        one.username: commands.Assign(assignee=accounts[one.username], assignee_name=one.function, agent=one.function)
        for one in (from_json(Agent, one) for one in agents)
        if one.username in accounts
    }
    for citizen, own in ((one, from_json(Citizen, one)) for one in citizens):
        account = accounts.get(own.username)
        for sample in (own.sample_requests or ()) if account else ():
            taker = takers.get(sample.handled_by)
            request_id, exchanges, documents = _import(desk, citizen, sample, str(account), taker, correlation_id)
            requests[sample.ref] = request_id
            all_exchanges += exchanges
            all_documents += documents
    return SamplesImported(requests=requests, exchanges=tuple(all_exchanges), documents=tuple(all_documents))


def _import(
    desk: Store, citizen: Json, sample: Sample, account: str, taker: commands.Assign | None, correlation_id: str | None
) -> tuple[str, list[ImportedExchange], list[ImportedDocument]]:
    request_id = str(uuid5(NAMESPACE_URL, f"parvis:sample:{account}:{sample.ref}"))
    now = desk.clock.now()
    today = local_day(now)
    agent = taker.assignee_name if taker else None
    filed_at = samples.filed_at(sample, today)
    with desk.transaction(now=filed_at, correlation_id=correlation_id) as tx:
        current = published.current(tx.conn, sample.procedure)
        if store.by_id(tx, request_id) is None:
            _file(tx, desk, citizen, sample, current, request_id=request_id, account=account, today_now=now)
            steps = samples.steps(sample, current.definition, today=today, now=now)
            if taker:
                tx.now = samples.taken_at(sample, steps, today=today, now=now)
                acting.act(tx, acting.by_id(tx, request_id), taker)
            for step in steps:
                tx.now = step.at
                _step(tx, request_id, sample, step, agent)
            _archive_if_old(tx, request_id, current.town, now)
        on = acting.by_id(tx, request_id)
        values = reply_text.automatic(on.request, on.definition, current.town, tracking_url="", now=now)
        if isinstance(on.request, Erased):
            return request_id, [], []
    definition = current.definition
    exchanges = samples.exchanges(request_id, sample, definition, values, today=today, agent=agent)
    documents = [
        ImportedDocument(
            request_id=UUID(request_id),
            piece=one.slug,
            label=piece_label(definition, one.slug),
            at=filed_at,
            files=one.files,
        )
        for one in samples.pieces(sample, definition)
    ]
    return request_id, exchanges, documents


def _file(
    tx: Transaction,
    desk: Store,
    citizen: Json,
    sample: Sample,
    current: Current,
    *,
    request_id: str,
    account: str,
    today_now: datetime,
) -> None:
    definition = current.definition
    key = desk.settings.signing_key
    filed_on, today = local_day(tx.now), local_day(today_now)
    given = samples.given(citizen, sample, definition, filed_on=filed_on, today=today)
    if wrong := {**given.of_applicant, **given.of_answers}:
        raise SampleRefused(fields={f"{sample.ref}.{name}": message for name, message in wrong.items()})
    tx.load(decider, store.stream(request_id))
    tx.key(request_id)
    quota = capacity.quota_of(definition, tx.now)
    counts = quota == capacity.quota_of(definition, today_now) and sample.status != Status.CANCELLED
    filer = f"citizen:{account}"
    point = answers.point(definition, given.answers)
    index = submission.index_of(key, given.applicant, given.member, filer, point)
    slot = _slot(tx, sample, current, today_now)
    day = capacity.day_of(slot.agenda, slot.starts_at) if slot else None
    tx.lock(*filter(None, (quota if counts else None, day)))
    if quota and counts:
        holding = holders.of_filing(key, quota, applicant=given.applicant, filer=filer, kind="citizen")
        capacity.take_place(tx, quota, definition, request_id, holding, multiplier=desk.settings.rate_limits)
    if slot and current.agenda:
        capacity.take_slot(tx, request_id, slot, current.agenda)
    command = commands.Submit(
        number=numbers.number(key, request_id, local_day(tx.now).year),
        definition=definition,
        channel="import",
        applicant=given.applicant,
        member=given.member,
        answers=given.answers,
        manifest=[],
        owner=account,
        index=index,
        quota=quota if counts else None,
        slot=slot,
        now=tx.now,
        imported=True,
    )
    tx.execute(decider, store.stream(request_id), command, key=request_id)


def _slot(tx: Transaction, sample: Sample, current: Current, now: datetime) -> ChosenSlot | None:
    """The slot that looks free so many days from now, of the agenda that the sample names; nothing is locked yet."""
    for wanted in sample.appointments:
        agenda = current.agenda
        if agenda is None or wanted.agenda != agenda.slug:
            raise refusals.NoAppointment
        first = local_day(now + timedelta(days=wanted.slot.first_free_after_days))
        _, last = slots.window(agenda, now)
        for days in range((last - first).days + 1):
            offered = slots.slots_on(agenda, first + timedelta(days=days))
            day, _ = tx.fold(day_decider, capacity.day_of(agenda.slug, offered[0].start)) if offered else (Day(), 0)
            for slot in offered:
                if slots.in_window(agenda, slot.start, now) and day.free(slot.start, agenda.capacity, now):
                    return capacity.appointment(tx, agenda, slot.start, checked=False)
    return None


def _step(tx: Transaction, request_id: str, sample: Sample, step: samples.Step, agent: str | None) -> None:
    on = acting.by_id(tx, request_id)
    if step.to == Status.CANCELLED and step.by == "citizen":
        appointments.give_back(tx, on, acting.act(tx, on, commands.Cancel(definition=on.definition, imported=True)))
        return
    awaiting = step.to == Status.AWAITING
    command = commands.ChangeStatus(
        to=step.to,
        by=step.by,
        definition=on.definition,
        now=tx.now,
        missing_documents=sample.missing_documents if awaiting else (),
        deadline=step.deadline if awaiting else None,
        reason=step.reason,
        other_administration=step.other_administration,
        imported=True,
        agent=agent if step.by == "agent" else None,
    )
    appointments.give_back(tx, on, acting.act(tx, on, command))


def _archive_if_old(tx: Transaction, request_id: str, town: Town, now: datetime) -> None:
    """What was closed long ago has been archived since, on its own day."""
    on = acting.by_id(tx, request_id)
    due = tx.now + timedelta(days=town.portal_settings.archive_closed_requests_after_days)
    if due < now and not on.request.is_open(on.definition):
        tx.now = due
        acting.act(tx, on, commands.Archive(definition=on.definition, imported=True))
