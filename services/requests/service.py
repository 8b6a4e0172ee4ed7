"""What requests offers: drafts, filing, following, appointments, the agents' work. Entrypoints only: a table of
contents."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from services.accounts.schemas.people import Profile
from services.chassis.actors import Actor
from services.chassis.bus import asyncapi, partners_stream
from services.chassis.bus.field_docs import EventDoc
from services.chassis.calls import Call
from services.chassis.contracts import Done, Json, from_json
from services.chassis.event_store.store import Store
from services.chassis.process.providers import OfProcess, Stores, provided
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import answers, declared_rpc, done, every, once, runs, viewing, woken
from services.requests import other_services, projections, reactions, tallies
from services.requests.appointments import use_cases as appointments, views as appointments_views
from services.requests.capacity import views as capacity_views
from services.requests.day_list import use_cases as day_lists, views as day_list_views
from services.requests.definitions import views as definitions
from services.requests.draft_links import use_cases as draft_links, views as draft_link_views
from services.requests.drafts import use_cases as drafts, views as draft_views
from services.requests.filing import use_cases as filing, views as filing_views
from services.requests.filing.backlog import Backlog
from services.requests.following import use_cases as following, views as following_views
from services.requests.held_decisions import use_cases as held_decisions, views as held_views
from services.requests.lifecycle import use_cases as lifecycle
from services.requests.notices import views as notices_views
from services.requests.person import views as person_views
from services.requests.receipts import views as receipt_views
from services.requests.retention import use_cases as retention, views as retention_views
from services.requests.samples import use_cases as samples
from services.requests.saved_views import use_cases as saved_views, views as saved_views_views
from services.requests.schemas import (
    appointments as appointment_calls,
    dashboard as dashboard_calls,
    day_list as day_calls,
    decisions as decision_calls,
    draft_links as draft_link_calls,
    drafts as draft_calls,
    filing as filing_calls,
    following as following_calls,
    held_data as held_data_calls,
    held_decisions as held_calls,
    journal as journal_calls,
    letters as letter_calls,
    mail_details as mail_calls,
    nearby as nearby_calls,
    own_data as own_data_calls,
    person as person_calls,
    profile as profile_calls,
    quotas as quota_calls,
    receipts as receipt_calls,
    retention as retention_calls,
    samples as sample_calls,
    saved_views as saved_view_calls,
    selection as selection_calls,
    streams as stream_calls,
    team as team_calls,
    tracking as tracking_calls,
    work_list as work_list_calls,
)
from services.requests.schemas.shapes import OnRequest
from services.requests.space import views as space_views
from services.requests.team import use_cases as team, views as team_views
from services.requests.worklist import use_cases as worklist, views as worklist_views

__all__ = ["RequestsService", "projections", "reactions", "tallies"]


C = TypeVar("C")
T = TypeVar("T")


def with_profile(act: Callable[[Store, Call, C, Profile | None], T]) -> Callable[[Store, Call, C, RpcClient], T]:
    """For a function that takes what accounts knows of the caller."""

    def ask(store: Store, call: Call, asked: C, rpc: RpcClient) -> T:
        profile = other_services.unless_done(store, call, lambda: other_services.profile_of(rpc, call))
        return act(store, call, asked, profile)

    return ask


class RequestsService:
    name = "requests"
    store = provided(Stores())
    rpc = provided(OfProcess(RpcClient, RpcClient.close))
    backlog = provided(OfProcess(lambda _: Backlog()))

    heard = answers(stream_calls.ReadReceived, viewing(definitions.received_versions))
    quotas_reached = answers(quota_calls.ListFullProcedures, viewing(capacity_views.quotas_reached))

    @declared_rpc(stream_calls.ReadPartnersStream)
    def partners_stream(self, call: Call, asked: stream_calls.ReadPartnersStream) -> stream_calls.PartnersStream:
        with self.store.read() as conn:
            return from_json(stream_calls.PartnersStream, partners_stream.identity(conn))

    @declared_rpc(stream_calls.ListPublicEvents)
    def public_events(self, call: Call, asked: stream_calls.ListPublicEvents) -> tuple[EventDoc, ...]:
        return tuple(asyncapi.public_events(self.name))

    # --- drafts

    draft_for = answers(draft_calls.ReadDraftFor, viewing(draft_views.draft_for))
    my_drafts = answers(draft_calls.ListDrafts, viewing(draft_views.my_drafts))
    adopt_drafts = answers(draft_calls.AdoptDrafts, with_profile(once(drafts.adopt_drafts)), rpc)
    read_profile_news = answers(profile_calls.ReadProfileNews, with_profile(viewing(draft_views.profile_news)), rpc)
    take_profile = answers(profile_calls.TakeProfile, with_profile(once(done(drafts.take_profile))), rpc)
    draft = answers(draft_calls.ReadDraft, viewing(draft_views.show))
    release_slot = answers(draft_calls.ReleaseSlot, once(done(drafts.release_slot)))
    discard_draft = answers(draft_calls.DiscardDraft, once(done(drafts.discard_draft)))
    mail_draft_link = answers(draft_link_calls.MailDraftLink, once(done(draft_links.mail_link)))
    read_draft_link = answers(draft_link_calls.ReadDraftLink, viewing(draft_link_views.read_link))
    open_draft_link = answers(draft_link_calls.OpenDraftLink, with_profile(once(draft_links.open_link)), rpc)
    read_draft_link_mail = answers(draft_link_calls.ReadDraftLinkMail, viewing(draft_link_views.read_mail))

    @declared_rpc(draft_calls.OpenDraft)
    def open_draft(self, call: Call, asked: draft_calls.OpenDraft) -> draft_calls.DraftView:
        profile = other_services.profile_of(self.rpc, call)
        member = other_services.member_of(self.rpc, call, asked.member, profile, now=self.store.clock.now())
        done = self.store.run(call, lambda tx: drafts.open_draft(tx, self.store.settings, asked, profile, member))
        return viewing(draft_views.show)(self.store, call, from_json(draft_calls.ReadDraft, done))

    @declared_rpc(draft_calls.SaveStep)
    def save_step(self, call: Call, asked: draft_calls.SaveStep) -> draft_calls.DraftView:
        settings, member = self.store.settings, self._member(call, drafts.member_chosen(asked))
        self.store.run(call, lambda tx: drafts.save_step(tx, settings, asked, member))
        return viewing(draft_views.show)(self.store, call, draft_calls.ReadDraft(draft_id=asked.draft_id))

    @declared_rpc(draft_calls.HoldSlot)
    def hold_slot(self, call: Call, asked: draft_calls.HoldSlot) -> draft_calls.SlotKept:
        settings = self.store.settings
        slot = self.store.run_declared(call, draft_calls.KeptSlot, lambda tx: drafts.hold_slot(tx, settings, asked))
        return draft_calls.SlotKept(slot=slot)

    def _member(self, call: Call, chosen: str | Json | None) -> Json | None:
        now = self.store.clock.now()
        return other_services.unless_done(
            self.store, call, lambda: other_services.member_of(self.rpc, call, chosen, now=now)
        )

    # --- filing

    @declared_rpc(filing_calls.SubmitDraft)
    def submit_draft(self, call: Call, asked: filing_calls.SubmitDraft) -> filing_calls.Receipt:
        return self._file(call, partial(filing.submit_draft, settings=self.store.settings, asked=asked))

    @declared_rpc(filing_calls.Submit)
    def submit(self, call: Call, asked: filing_calls.Submit) -> filing_calls.Receipt:
        member = self._member(call, asked.member)
        whole = filing.Filing.whole(asked, call.actor, member, new_id=self.store.ids.new)
        return self._file(call, partial(filing.submit, settings=self.store.settings, filing=whole))

    def _file(self, call: Call, use_case: Callable[..., filing_calls.Registered]) -> filing_calls.Receipt:
        """The receipt of what was filed; a number that chance has given to another request is drawn again."""
        now: list[filing_views.ReceiptFacts] = []
        file = partial(use_case, on_filed=now.append, admit=self.backlog.admit)
        done = self.store.run_declared(call, filing_calls.Registered, file, drawn="requests_number")
        if now:
            return filing_views.receipt(self.store.settings, now[-1])
        with self.store.viewing(call.actor) as tx:
            return filing_views.receipt(self.store.settings, filing_views.stored(tx, done.request_id))

    # --- following

    open_tracking = answers(following_calls.OpenTracking, viewing(following_views.open_tracking))
    send_tracking_link = answers(following_calls.SendTrackingLink, once(done(following.send_tracking_link)))
    revoke_tracking_links = answers(following_calls.RevokeTrackingLinks, once(following.revoke_tracking_links))
    read_held_data = answers(held_data_calls.ReadHeldData, viewing(space_views.read_held_data))
    request_erasure = answers(held_data_calls.RequestErasure, once(done(following.request_erasure)))

    tracking = answers(tracking_calls.ReadRequest, viewing(following_views.tracking))

    read_receipt = answers(receipt_calls.ReadReceipt, viewing(receipt_views.read_receipt))
    seal_receipt_file = answers(receipt_calls.SealReceiptFile, viewing(receipt_views.seal_receipt_file))
    check_receipt = answers(receipt_calls.CheckReceipt, viewing(receipt_views.check_receipt))

    mine = answers(following_calls.ListMine, viewing(space_views.mine))
    read_dashboard = answers(dashboard_calls.ReadDashboard, viewing(space_views.read_dashboard))
    unread = answers(following_calls.CountUnread, viewing(space_views.unread))
    request_attestation = answers(following_calls.RequestAttestation, once(done(following.request_attestation)))
    cancel = answers(following_calls.CancelRequest, once(following.cancel))
    attach = answers(following_calls.AttachRequest, once(following.attach))

    # --- appointments

    slots = answers(appointment_calls.ListSlots, viewing(appointments_views.slots_of_week))
    add_appointment = answers(appointment_calls.AddAppointment, once(appointments.add_appointment))
    move_appointment = answers(appointment_calls.MoveAppointment, once(appointments.move_appointment))
    cancel_appointment = answers(appointment_calls.CancelAppointment, once(appointments.cancel_appointment))
    want_earlier_slot = answers(appointment_calls.WantEarlierSlot, once(appointments.want_earlier_slot))
    calendar_file = answers(appointment_calls.ReadCalendarFile, viewing(notices_views.calendar))

    # --- other services, operators' commands

    notice_details = answers(mail_calls.ReadMailDetails, viewing(notices_views.notice_details))
    notices_details = answers(mail_calls.ReadMailsDetails, viewing(notices_views.notices_details), backlog)
    profile_update_of = answers(own_data_calls.ProfileUpdateOf, viewing(space_views.profile_update_of))
    read_own_requests = answers(own_data_calls.ReadOwnRequests, viewing(space_views.own_requests))
    read_own_drafts = answers(own_data_calls.ReadOwnDrafts, viewing(space_views.own_drafts))
    filter_open_requests = answers(own_data_calls.FilterOpenRequests, viewing(space_views.filter_open_requests))
    check_samples = answers(sample_calls.CheckSamples, done(samples.check_samples))

    @declared_rpc(sample_calls.ImportSamples)
    def import_samples(self, call: Call, asked: sample_calls.ImportSamples) -> sample_calls.SamplesImported:
        citizens, agents = list(asked.citizens), asked.agents or ()
        accounts = other_services.account_ids(self.rpc, call, [one["username"] for one in [*citizens, *agents]])
        return samples.import_samples(
            self.store, call.actor, citizens, accounts, agents, correlation_id=call.correlation_id
        )

    # --- the town's side

    work_list = answers(work_list_calls.ListWork, viewing(worklist_views.work))
    read_selection = answers(selection_calls.ReadSelection, viewing(worklist_views.selection))
    list_saved_views = answers(saved_view_calls.ListSavedViews, viewing(saved_views_views.saved_views))
    save_view = answers(saved_view_calls.SaveView, once(saved_views.save_view))
    remove_view = answers(saved_view_calls.RemoveView, once(done(saved_views.remove_view)))
    day_list = answers(day_calls.ListDay, viewing(day_list_views.day_list))
    day_mark = answers(day_calls.ReadDayMark, viewing(day_list_views.day_mark))
    note_presence = answers(day_calls.NotePresence, once(day_lists.note_presence))
    add_walk_in = answers(day_calls.AddWalkIn, once(day_lists.add_walk_in))
    note_walk_in = answers(day_calls.NoteWalkIn, once(day_lists.note_walk_in))
    call_next = answers(day_calls.CallNext, once(day_lists.call_next))
    take_in_charge = answers(decision_calls.TakeInCharge, once(worklist.take_in_charge))
    take_next = answers(decision_calls.TakeNext, once(worklist.take_next))
    change_status = answers(decision_calls.ChangeStatus, once(held_decisions.change_status))
    list_held_decisions = answers(held_calls.ListHeldDecisions, viewing(held_views.held_decisions))
    read_held_decision = answers(held_calls.ReadHeldDecision, viewing(held_views.outcome))
    undo_decision = answers(held_calls.UndoDecision, once(held_decisions.undo_decision))
    answer_erasure = answers(held_data_calls.AnswerErasure, once(done(worklist.answer_erasure)))
    reply_preview = answers(decision_calls.PreviewReply, viewing(worklist_views.reply_preview))
    letter_grant = answers(letter_calls.ReadLetterGrant, viewing(notices_views.letter_grant))
    list_others_of_person = answers(person_calls.ListOthersOfPerson, viewing(person_views.others_of_person))
    list_nearby = answers(nearby_calls.ListNearby, viewing(worklist_views.nearby))
    recipients = answers(letter_calls.ListRecipients, viewing(notices_views.recipients))
    looks = answers(journal_calls.ListStaffLooks, viewing(worklist_views.looks))
    audit_trail = answers(journal_calls.ReadAuditTrail, viewing(worklist_views.audit_trail))

    @declared_rpc(decision_calls.Assign)
    def assign(self, call: Call, asked: decision_calls.Assign) -> OnRequest:
        colleague = other_services.unless_done(
            self.store, call, lambda: other_services.colleague(self.rpc, call, asked.assignee)
        )
        return once(worklist.assign)(self.store, call, asked, colleague)

    @declared_rpc(decision_calls.AddNote)
    def add_note(self, call: Call, asked: decision_calls.AddNote) -> OnRequest:
        def ask() -> dict[str, Actor]:
            return other_services.colleagues(self.rpc, call) if asked.mentions else {}

        return once(worklist.add_note)(self.store, call, asked, other_services.unless_done(self.store, call, ask))

    # --- the team

    read_team_load = answers(team_calls.ReadTeamLoad, viewing(team_views.team_load))
    end_absence = answers(team_calls.EndAbsence, once(done(team.end_absence)))
    list_mentions = answers(team_calls.ListMentions, viewing(team_views.mentions))
    count_mentions = answers(team_calls.CountMentions, viewing(team_views.count_mentions))
    read_mentions = answers(team_calls.ReadMentions, once(done(team.read_mentions)))

    @declared_rpc(team_calls.StateAbsence)
    def state_absence(self, call: Call, asked: team_calls.StateAbsence) -> team_calls.AbsenceKey:
        return once(team.state_absence)(self.store, call, asked, self._handlers(call))

    @declared_rpc(team_calls.HandOver)
    def hand_over(self, call: Call, asked: team_calls.HandOver) -> Done:
        return once(done(team.hand_over))(self.store, call, asked, self._handlers(call))

    def _handlers(self, call: Call) -> dict[str, Actor] | None:
        return other_services.unless_done(self.store, call, lambda: other_services.handlers(self.rpc))

    @woken(team.HANDED, spaced=1, at_latest=60)
    def hand_over_all(self) -> None:
        team.hand_over_all(self.store)

    @every(600)
    def release_unseen(self) -> None:
        team.release_unseen(self.store, lambda: other_services.handlers(self.rpc))

    # --- the end of what was filed

    eliminations = answers(retention_calls.ListEliminations, viewing(retention_views.show_lists))
    elimination = answers(retention_calls.ReadElimination, viewing(retention_views.show_list))
    draw_elimination = answers(retention_calls.DrawElimination, once(retention.draw_list))
    approve_elimination = answers(retention_calls.ApproveElimination, once(retention.approve_list))

    # --- what time brings about

    # Days are what decides.
    reach_implicit_decisions = runs(every(300), lifecycle.reach_implicit_decisions)
    lapse_incomplete = runs(every(300), lifecycle.lapse_incomplete)
    archive_closed = runs(every(300), lifecycle.archive_closed)
    end_what_is_over = runs(every(300), lifecycle.end_what_is_over)
    forget_drafts = runs(every(300), lifecycle.forget_drafts)

    @every(300)
    def remind(self) -> None:
        lifecycle.remind_of_appointments(self.store)
        lifecycle.remind_of_documents(self.store)

    @woken(appointments.SLOT_FREED, spaced=1, at_latest=60)
    def announce_freed_slots(self) -> None:
        lifecycle.announce_freed_slots(self.store)

    # Within the time that a decision waits: another process is ready to carry it out where the one that kept it ends.
    @woken(held_decisions.HELD, spaced=1, at_latest=10)
    def carry_out_held_decisions(self) -> float | None:
        """Those that are due; in how many seconds the next one is."""
        return held_decisions.carry_out_due(self.store, partial(other_services.acting_agent, self.rpc))

    @woken(retention.APPROVED, spaced=1, at_latest=60)
    def erase_approved(self) -> None:
        retention.erase_approved(self.store)

    @every(3600)
    def forget_old(self) -> None:
        lifecycle.forget_views(self.store)
        saved_views.forget_unused(self.store)
        team.forget(self.store)
        lifecycle.forget_freed_slot_mails(self.store)
        lifecycle.forget_presences(self.store)
        self.store.forget_commands()
