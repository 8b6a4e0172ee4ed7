"""What requests offers: drafts, filing, following, appointments, the agents' work. Entrypoints only: a table of
contents."""

from collections.abc import Callable
from typing import Any, TypeVar

from services.chassis.bus import asyncapi, partners_stream
from services.chassis.calls import Call
from services.chassis.contracts import from_json
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.process.providers import Rpc, Stores, provided
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import answers, declared_rpc, every, once, viewing, woken
from services.requests import counters, other_services, projections, reactions
from services.requests.appointments import use_cases as appointments, views as week
from services.requests.capacity import views as quotas
from services.requests.definitions import rows as definitions
from services.requests.draft_links import use_cases as draft_links
from services.requests.drafts import use_cases as drafts
from services.requests.filing import use_cases as submission, views as receipt
from services.requests.following import use_cases as following, views as tracking
from services.requests.lifecycle import use_cases as timers
from services.requests.notices import views as notices
from services.requests.retention import use_cases as retention
from services.requests.samples import use_cases as importing
from services.requests.schemas import (
    appointments as booking,
    attestation as attesting,
    dashboard as board,
    decisions as deciding,
    draft_links as linking,
    drafts as drafting,
    filing as filed,
    following as follow,
    held_data as holding,
    journal,
    letters,
    mail_details as mailing,
    open_requests as under_way,
    own_data as held,
    profile as asking,
    profile_updates as updates,
    quotas as places,
    retention as ends,
    samples as sampling,
    streams,
    tracking as looking,
    work_list as listing,
)
from services.requests.schemas.shapes import OnRequest
from services.requests.space import views as own_data
from services.requests.worklist import use_cases as agents, views as work

__all__ = ["RequestsService", "counters", "projections", "reactions"]

Json = dict[str, Any]

C = TypeVar("C")
T = TypeVar("T")


def with_profile(act: Callable[[Store, Call, C, Json | None], T]) -> Callable[[Store, Call, C, RpcClient], T]:
    """For a function that takes what accounts knows of the caller."""

    def ask(store: Store, call: Call, asked: C, rpc: RpcClient) -> T:
        profile = other_services.unless_done(store, call, lambda: other_services.profile_of(rpc, call))
        return act(store, call, asked, profile)

    return ask


class RequestsService:
    name = "requests"
    store = provided(Stores())
    rpc = provided(Rpc())

    heard = answers(streams.ReadHeard, viewing(definitions.heard_versions))
    quotas_reached = answers(places.ListFullProcedures, viewing(quotas.quotas_reached))

    @declared_rpc(streams.ReadPartnersStream)
    def partners_stream(self, call: Call, asked: streams.ReadPartnersStream) -> streams.PartnersStream:
        with self.store.read() as conn:
            return streams.PartnersStream(**partners_stream.identity(conn))

    @declared_rpc(streams.ListPublicEvents)
    def public_events(self, call: Call, asked: streams.ListPublicEvents) -> tuple[dict[str, Any], ...]:
        return tuple(asyncapi.public_events(self.name))

    # --- drafts

    draft_for = answers(drafting.ReadDraftFor, viewing(drafts.draft_for))
    my_drafts = answers(drafting.ListDrafts, viewing(drafts.my_drafts))
    adopt_drafts = answers(drafting.AdoptDrafts, with_profile(once(drafts.adopt_drafts)), rpc)
    read_profile_news = answers(asking.ReadProfileNews, with_profile(viewing(drafts.profile_news)), rpc)
    take_profile = answers(asking.TakeProfile, with_profile(once(drafts.take_profile)), rpc)
    draft = answers(drafting.ReadDraft, viewing(drafts.show))
    release_slot = answers(drafting.ReleaseSlot, once(drafts.release_slot))
    discard_draft = answers(drafting.DiscardDraft, once(drafts.discard_draft))
    mail_draft_link = answers(linking.MailDraftLink, once(draft_links.mail_link))
    read_draft_link = answers(linking.ReadDraftLink, viewing(draft_links.read_link))
    open_draft_link = answers(linking.OpenDraftLink, with_profile(once(draft_links.open_link)), rpc)
    read_draft_link_mail = answers(linking.ReadDraftLinkMail, viewing(draft_links.read_mail))

    @declared_rpc(drafting.OpenDraft)
    def open_draft(self, call: Call, asked: drafting.OpenDraft) -> drafting.DraftView:
        profile = other_services.profile_of(self.rpc, call)
        member = other_services.member_of(self.rpc, call, asked.member, profile, now=self.store.clock.now())
        settings = self.store.settings
        done = self.store.run(call, lambda tx: drafts.open_draft(tx, settings, asked, profile, member))
        return self._draft(call, done["draft_id"])

    @declared_rpc(drafting.SaveStep)
    def save_step(self, call: Call, asked: drafting.SaveStep) -> drafting.DraftView:
        settings, member = self.store.settings, self._member(call, drafts.member_chosen(asked))
        self.store.run(call, lambda tx: drafts.save_step(tx, settings, asked, member))
        return self._draft(call, asked.draft_id)

    @declared_rpc(drafting.HoldSlot)
    def hold_slot(self, call: Call, asked: drafting.HoldSlot) -> drafting.SlotKept:
        settings = self.store.settings
        slot = self.store.run_declared(call, drafting.KeptSlot, lambda tx: drafts.hold_slot(tx, settings, asked))
        return drafting.SlotKept(slot=slot)

    def _draft(self, call: Call, draft_id: str) -> drafting.DraftView:
        return viewing(drafts.show)(self.store, call, drafting.ReadDraft(draft_id=draft_id))

    def _member(self, call: Call, chosen: Any) -> Json | None:
        now = self.store.clock.now()
        return other_services.unless_done(
            self.store, call, lambda: other_services.member_of(self.rpc, call, chosen, now=now)
        )

    # --- filing

    @declared_rpc(filed.SubmitDraft)
    def submit_draft(self, call: Call, asked: filed.SubmitDraft) -> filed.Receipt:
        return self._file(call, lambda tx: submission.submit_draft(tx, self.store.settings, asked))

    @declared_rpc(filed.Submit)
    def submit(self, call: Call, asked: filed.Submit) -> filed.Receipt:
        member = self._member(call, asked.member)
        filing = submission.Filing.whole(asked, call.actor, member, new_id=self.store.ids.new)
        return self._file(call, lambda tx: submission.submit(tx, self.store.settings, filing))

    def _file(self, call: Call, use_case: Callable[[Transaction], Json]) -> filed.Receipt:
        """The receipt of what was filed; a number that chance has given to another request is drawn again."""
        done = self.store.run(call, use_case, drawn="requests_number")
        with self.store.viewing(call.actor) as tx:
            return receipt.receipt(tx, self.store.settings, done["request_id"])

    # --- following

    open_tracking = answers(follow.OpenTracking, viewing(following.open_tracking))
    send_tracking_link = answers(follow.SendTrackingLink, once(following.send_tracking_link))
    revoke_tracking_links = answers(follow.RevokeTrackingLinks, once(following.revoke_tracking_links))
    read_held_data = answers(holding.ReadHeldData, viewing(own_data.read_held_data))
    request_erasure = answers(holding.RequestErasure, once(following.request_erasure))

    tracking = answers(looking.ReadRequest, viewing(tracking.tracking))

    mine = answers(follow.ListMine, viewing(own_data.mine))
    read_dashboard = answers(board.ReadDashboard, viewing(own_data.read_dashboard))
    unread = answers(follow.CountUnread, viewing(own_data.unread))
    request_attestation = answers(attesting.RequestAttestation, once(following.request_attestation))
    cancel = answers(follow.CancelRequest, once(following.cancel))
    attach = answers(follow.AttachRequest, once(following.attach))

    # --- appointments

    slots = answers(booking.ListSlots, viewing(week.slots_of_week))
    add_appointment = answers(booking.AddAppointment, once(appointments.add_appointment))
    move_appointment = answers(booking.MoveAppointment, once(appointments.move_appointment))
    cancel_appointment = answers(booking.CancelAppointment, once(appointments.cancel_appointment))
    calendar_file = answers(booking.ReadCalendarFile, viewing(notices.calendar))

    # --- other services, operators' commands

    notice_details = answers(mailing.ReadMailDetails, viewing(notices.notice_details))
    profile_update_of = answers(updates.ProfileUpdateOf, viewing(own_data.profile_update_of))
    read_own_requests = answers(held.ReadOwnRequests, viewing(own_data.own_requests))
    read_own_drafts = answers(held.ReadOwnDrafts, viewing(own_data.own_drafts))
    filter_open_requests = answers(under_way.FilterOpenRequests, viewing(own_data.filter_open_requests))
    check_samples = answers(sampling.CheckSamples, importing.check_samples)

    @declared_rpc(sampling.ImportSamples)
    def import_samples(self, call: Call, asked: sampling.ImportSamples) -> sampling.SamplesImported:
        citizens, agents = list(asked.citizens), asked.agents or ()
        accounts = other_services.account_ids(self.rpc, call, [one["username"] for one in [*citizens, *agents]])
        imported = importing.import_samples(
            self.store, call.actor, citizens, accounts, agents, correlation_id=call.correlation_id
        )
        return from_json(sampling.SamplesImported, imported)

    # --- the town's side

    work_list = answers(listing.ListWork, viewing(work.work))
    day_list = answers(booking.ListDay, viewing(week.day_list))
    take_in_charge = answers(deciding.TakeInCharge, once(agents.take_in_charge))
    change_status = answers(deciding.ChangeStatus, once(agents.decide))
    add_note = answers(deciding.AddNote, once(agents.add_note))
    answer_erasure = answers(holding.AnswerErasure, once(agents.answer_erasure))
    reply_preview = answers(deciding.PreviewReply, viewing(agents.reply_preview))
    letter_grant = answers(letters.ReadLetterGrant, viewing(notices.letter_grant))
    recipients = answers(letters.ListRecipients, viewing(notices.recipients))
    looks = answers(journal.ListStaffLooks, viewing(work.looks))
    audit_trail = answers(journal.ReadAuditTrail, viewing(work.audit_trail))

    @declared_rpc(deciding.Assign)
    def assign(self, call: Call, asked: deciding.Assign) -> OnRequest:
        colleague = other_services.unless_done(
            self.store, call, lambda: other_services.colleague(self.rpc, call, asked.assignee)
        )
        return once(agents.assign)(self.store, call, asked, colleague)

    # --- the end of what was filed

    eliminations = answers(ends.ListEliminations, viewing(retention.show_lists))
    elimination = answers(ends.ReadElimination, viewing(retention.show_list))
    draw_elimination = answers(ends.DrawElimination, once(retention.draw_list))
    approve_elimination = answers(ends.ApproveElimination, once(retention.approve_list))

    # --- what time brings about

    @every(300)  # days are what decides
    def reach_implicit_decisions(self) -> None:
        timers.reach_implicit_decisions(self.store)

    @every(300)
    def lapse_incomplete(self) -> None:
        timers.lapse_incomplete(self.store)

    @every(300)
    def remind(self) -> None:
        timers.remind_of_appointments(self.store)
        timers.remind_of_documents(self.store)

    @every(300)
    def archive_closed(self) -> None:
        timers.archive_closed(self.store)

    @every(300)
    def end_what_is_over(self) -> None:
        timers.end_what_is_over(self.store)

    @every(300)
    def forget_drafts(self) -> None:
        timers.forget_drafts(self.store)

    @woken(retention.APPROVED, spaced=1, at_latest=60)
    def erase_approved(self) -> None:
        retention.erase_approved(self.store)

    @every(3600)
    def forget_old(self) -> None:
        timers.forget_views(self.store)
        self.store.forget_commands()
