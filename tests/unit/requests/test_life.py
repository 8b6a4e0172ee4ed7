"""Whatever is wanted of a request, by whom and in which order: what holds at each moment of its life."""

from datetime import timedelta
from functools import reduce
from typing import Any

import orjson
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.chassis.errors import Refusal
from services.chassis.event_store.events import parts, revive, type_of
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.capacity import slots
from services.requests.capacity.slots import ChosenSlot
from services.requests.request import commands as c, events as e, flow
from services.requests.request.rules import decide, resumes
from services.requests.request.state import Erased, NotFiled, State, evolve
from services.townhall.town_time import local_day
from tests.support.published import agenda_read, procedure
from tests.unit.requests.test_request import NOW, ROAD, submit

# With an appointment that must be, that may be, and with none.
PROCEDURES = ("location-salle", "inscription-scolaire", "declaration-prealable-travaux")
AFTER_THE_END = (
    e.RequestAttached,
    e.RequestDetached,
    e.RequestAssigned,
    e.NoteAdded,
    e.RequestArchived,
    e.ErasureRequested,
    e.ErasureAnswered,
    e.RequestErased,
    e.AttestationGiven,
    e.TrackingLinkRenewed,
    e.TrackingLinkRequested,
)
OF_A_SLOT = (e.AppointmentRescheduled, e.AppointmentCancelled)  # what is to come may still be moved, or given back
ONCE_AT_MOST = (
    e.RequestSubmitted, e.RequestCancelled, e.RequestArchived, e.RequestErased, e.AttestationRequested, e.AttestationGiven,
)  # fmt: skip
EARLIEST_END = 6  # events: what ends at once shows little
EACH_TIME_ANEW = (c.AddNote, c.RequestTrackingLink, c.RevokeTrackingLinks, c.RenewLinks)

people = st.sampled_from(["citizen", "agent"])


def stored(event: Any) -> Any:
    """The event as it comes back from the database."""
    kind = type_of(type(event))
    public, sealed = orjson.loads(orjson.dumps(parts(event)))
    return revive("requests", kind.name, kind.version, public, sealed)


class Life(RuleBasedStateMachine):
    """One request, from its submission to beyond its erasure."""

    def __init__(self) -> None:
        super().__init__()
        self.of: Procedure = ROAD
        self.agenda: dict[str, Any] = {}
        self.now = NOW
        self.request: State = NotFiled()
        self.history: list[e.RequestEvent] = []
        self.unread: dict[str, set[str]] = {"citizen": set(), "town": set()}

    def _wish(self, command: c.RequestCommand) -> None:
        before = self.request
        try:
            events = decide(command, before)
        except Refusal:
            return
        if not isinstance(before, NotFiled) and flow.is_closed(self.of, before.status):
            late = () if before.archived else OF_A_SLOT
            assert all(isinstance(event, AFTER_THE_END + late) for event in events)
        if isinstance(before, Erased):
            assert events == []
        self._happen(*events)
        if not isinstance(command, EACH_TIME_ANEW):
            self._changes_nothing(command)

    def _changes_nothing(self, again: c.RequestCommand) -> None:
        try:
            assert decide(again, self.request) == []
        except Refusal:
            return

    def _happen(self, *events: e.RequestEvent) -> None:
        self.history += events
        self.request = reduce(evolve, events, self.request)

    def _slot(self, days: int) -> ChosenSlot:
        starts = self.now + timedelta(days=days)
        before = () if isinstance(self.request, NotFiled) else self.request.appointments
        name = f"rdv-{len(before) + 1}"
        ends = starts + timedelta(minutes=30)
        return ChosenSlot(appointment_id=name, agenda=self.agenda.slug, starts_at=starts, ends_at=ends)

    @initialize(slug=st.sampled_from(PROCEDURES), owner=st.sampled_from([None, "camille"]))
    def is_filed(self, slug: str, owner: str | None) -> None:
        self.of = procedure(slug)
        self.agenda = agenda_read(self.of.appointment.agenda or "salles")
        slot = self._slot(3) if self.of.appointment.mode == "required" else None
        self._wish(submit(self.of, owner=owner, slot=slot))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(data=st.data(), along=st.booleans(), says=st.booleans())
    def a_status_is_wanted(self, data: st.DataObject, along: bool, says: bool) -> None:
        everybody = ("agent", "citizen", "system")
        steps = [(by, to.to) for by in everybody for to in flow.offered(self.of, self.request.status, by)]
        others = [(by, to) for by in everybody for to in sorted(self.of.statuses)]
        by, to = data.draw(st.sampled_from((along and steps) or others))
        pieces = [piece.slug for piece in self.of.documents]
        words: dict[str, Any] = {
            "reason": "Parce que.",
            "other_administration": "Le département",
            "reply_text": "Bonjour",
            "missing_documents": data.draw(st.lists(st.sampled_from(pieces), unique=True)) if pieces else [],
            "deadline": local_day(self.now) + timedelta(days=10),
        }
        before, length = self.request.status, len(self.history)
        self._wish(c.ChangeStatus(to=to, by=by, definition=self.of, now=self.now, **(words if says else {})))
        if len(self.history) > length:
            assert flow.transition(self.of, before, self.request.status, by)

    @rule(direction=st.sampled_from(["citizen", "town"]))
    @precondition(lambda self: not isinstance(self.request, Erased))
    def somebody_writes(self, direction: str) -> None:
        name = f"exchange-{len(self.history)}"
        self.unread[direction].add(name)
        self._learns(e.ExchangeAdded(exchange_id=name, direction=f"to_{direction}"))

    @rule(data=st.data())
    @precondition(lambda self: any(self.unread.values()) and not isinstance(self.request, Erased))
    def somebody_reads_perhaps_again(self, data: st.DataObject) -> None:
        written = [one for one in self.history if isinstance(one, e.ExchangeAdded)]
        opened = data.draw(st.sampled_from(written))
        self.unread[opened.direction.removeprefix("to_")].discard(opened.exchange_id)
        self._learns(e.ExchangeRead(exchange_id=opened.exchange_id, direction=opened.direction))

    @rule(data=st.data(), by=people)
    @precondition(lambda self: self.of.documents and not isinstance(self.request, Erased))
    def a_piece_comes(self, data: st.DataObject, by: str) -> None:
        pieces = [*self.request.missing_documents, *(piece.slug for piece in self.of.documents)]
        piece = data.draw(st.sampled_from(pieces))
        self._learns(e.DocumentAdded(document_id="d", piece=piece, files=1, by=by))
        assert piece not in self.request.missing_documents

    def _learns(self, fact: e.Fact) -> None:
        complete = resumes(fact, self.request)
        self._happen(fact)
        if complete:
            self._wish(c.ResumeReview(definition=self.of, now=self.now))
            assert self.request.archived or self.request.status == flow.Status.IN_REVIEW

    @rule(days=st.integers(1, 20), by=people)
    def an_appointment_is_added(self, days: int, by: str) -> None:
        self._wish(c.AddAppointment(slot=self._slot(days), by=by, definition=self.of, now=self.now))

    @rule(data=st.data(), days=st.integers(1, 20), by=people)
    @precondition(lambda self: self.request.appointments)
    def an_appointment_is_moved(self, data: st.DataObject, days: int, by: str) -> None:
        old = data.draw(st.sampled_from(self.request.appointments))
        wish = c.MoveAppointment(
            appointment_id=old.id, slot=self._slot(days), by=by, definition=self.of, agenda=self.agenda, now=self.now
        )
        self._wish(wish)
        if self.request.appointment(wish.slot.appointment_id):
            assert (old.booked and by == "agent") or slots.can_change(self.agenda, old.starts_at, self.now)

    @rule(data=st.data(), by=people)
    @precondition(lambda self: self.request.appointments)
    def an_appointment_is_cancelled(self, data: st.DataObject, by: str) -> None:
        old = data.draw(st.sampled_from(self.request.appointments))
        self._wish(
            c.CancelAppointment(appointment_id=old.id, by=by, definition=self.of, agenda=self.agenda, now=self.now)
        )

    @rule(data=st.data(), wanted=st.booleans(), days=st.none() | st.integers(-2, 30))
    @precondition(lambda self: self.request.appointments)
    def an_earlier_slot_is_wanted_or_no_more(self, data: st.DataObject, wanted: bool, days: int | None) -> None:
        appointment = data.draw(st.sampled_from(self.request.appointments))
        wish = c.WantEarlierSlot(
            appointment_id=appointment.id,
            wanted=wanted,
            not_before=None if days is None else local_day(self.now) + timedelta(days=days),
            definition=self.of,
            agenda=self.agenda,
            now=self.now,
        )
        self._wish(wish)

    @rule(hours=st.integers(-10, 500))
    @precondition(lambda self: self.request.appointments)
    def a_slot_frees(self, hours: int) -> None:
        starts, length = self.now + timedelta(hours=hours), len(self.history)
        freed = slots.Slot(start=starts, end=starts + timedelta(minutes=30))
        name = f"slot-{length}"
        self._wish(c.AnnounceFreedSlot(slot_id=name, slot=freed, definition=self.of, agenda=self.agenda, now=self.now))
        if len(self.history) > length:
            coming = self.request.upcoming(self.now)
            assert coming is not None
            assert self.now < starts < coming.starts_at

    @rule(data=st.data())
    def something_else_is_wanted(self, data: st.DataObject) -> None:
        wishes: list[c.RequestCommand] = [
            submit(self.of),
            c.Attach(account=data.draw(st.sampled_from(["camille", "alix"]))),
            c.Detach(),
            c.RequestErasure(),
            c.AnswerErasure(
                accepted=data.draw(st.booleans()), reason="Motif", agent="a", definition=self.of, closed_on=None
            ),
            c.Assign(assignee=data.draw(st.sampled_from([None, "a", "b"])), assignee_name="Agent"),
            c.AddNote(text="Vu", agent="a"),
            c.ReachImplicitDecision(definition=self.of, today=local_day(self.now)),
            c.RequestAttestation(definition=self.of),
            c.GiveAttestation(document_id="d"),
            c.RequestTrackingLink(expired=data.draw(st.booleans())),
            c.RevokeTrackingLinks(),
            c.RenewLinks(),
        ]
        self._wish(data.draw(st.sampled_from(wishes)))

    @rule(data=st.data())
    @precondition(lambda self: len(self.history) > EARLIEST_END)
    def an_end_is_wanted(self, data: st.DataObject) -> None:
        wishes: list[c.RequestCommand] = [
            c.Cancel(definition=self.of),
            c.Archive(definition=self.of),
            c.Erase(definition=self.of, elimination="list"),
        ]
        self._wish(data.draw(st.sampled_from(wishes)))
        if isinstance(self.request, Erased):
            self.unread = {"citizen": set(), "town": set()}

    @invariant()
    def its_stored_history_gives_its_state(self) -> None:
        assert reduce(evolve, map(stored, self.history), NotFiled()) == self.request

    @invariant()
    def one_appointment_at_most_is_to_come_and_none_of_a_request_that_came_to_nothing(self) -> None:
        live = self.request.live_appointments()
        assert sum(one.ends_at > self.now for one in live) <= 1
        if self.request.status in flow.REASONED:
            assert not any(one.has_not_begun(self.now) for one in live)

    @invariant()
    def each_side_has_before_it_what_it_has_not_opened(self) -> None:
        counted = {side: self.request.unread_by(side) for side in self.unread}
        assert counted == {side: len(names) for side, names in self.unread.items()}

    @invariant()
    def pieces_and_a_term_are_awaited_only_while_the_file_waits(self) -> None:
        request = self.request
        if request.status == flow.Status.AWAITING:
            assert request.deadline is not None
            assert (request.due_on, request.implicit_decision) == (None, None)
        else:
            assert (request.missing_documents, request.deadline) == ((), None)

    @invariant()
    def silence_is_reached_of_the_decision_that_stands(self) -> None:
        decision = self.request.implicit_decision
        if self.request.implicit_reached:
            assert decision is not None
            assert local_day(self.now) > decision.at

    @invariant()
    def the_target_is_never_before_the_coming_appointment(self) -> None:
        request, coming = self.request, self.request.upcoming(self.now)
        assert (request.aimed_on is None) == (request.due_on is None)
        if request.aimed_on and request.due_on and coming:
            assert request.aimed_on == max(request.due_on, local_day(coming.starts_at))

    @invariant()
    def what_happens_once_happened_once(self) -> None:
        for kind in ONCE_AT_MOST:
            assert sum(isinstance(event, kind) for event in self.history) <= 1
        silences = [(one.effect, one.at) for one in self.history if isinstance(one, e.ImplicitDecisionReached)]
        assert len(silences) == len(set(silences))
        renewed = sum(isinstance(event, e.TrackingLinkRenewed) for event in self.history)
        assert self.request.generation == 1 + renewed

    @invariant()
    def an_erased_request_has_no_owner_applicant_member_or_answers(self) -> None:
        request = self.request
        if isinstance(request, Erased):
            assert request.archived and not request.attached
            assert (request.owner, request.applicant, request.member, request.answers) == (None, None, None, None)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=6 * settings().max_examples, stateful_step_count=40)
