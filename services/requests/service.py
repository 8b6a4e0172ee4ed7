"""What requests offers: drafts, filing, following, appointments, the agents' work. Entrypoints only: a table of contents;
those of the town hall's side: `staff_calls.py`."""

from collections.abc import Callable
from typing import Any

from services.chassis.bus import partners_stream
from services.chassis.calls import Call
from services.chassis.contracts import Done, from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.rpc.entrypoints import declared_rpc, every, rpc, woken
from services.requests import counters, other_services, projections, reactions, schemas
from services.requests.appointments import use_cases as appointments
from services.requests.appointments import views as week
from services.requests.capacity import views as quotas
from services.requests.definitions import rows as definitions
from services.requests.draft_links import use_cases as draft_links
from services.requests.drafts import use_cases as drafts
from services.requests.filing import use_cases as submission
from services.requests.filing import views as receipt
from services.requests.following import use_cases as following
from services.requests.following import views as tracking
from services.requests.lifecycle import use_cases as timers
from services.requests.notices import views as notices
from services.requests.retention import use_cases as retention
from services.requests.samples import use_cases as importing
from services.requests.schemas import appointments as booking
from services.requests.schemas import attestation as attesting
from services.requests.schemas import dashboard as board
from services.requests.schemas import draft_links as linking
from services.requests.schemas import drafts as drafting
from services.requests.schemas import filing as filed
from services.requests.schemas import following as follow
from services.requests.schemas import held_data as holding
from services.requests.schemas import mail_details as mailing
from services.requests.schemas import open_requests as under_way
from services.requests.schemas import own_data as held
from services.requests.schemas import profile as asking
from services.requests.schemas import profile_updates as updates
from services.requests.schemas import quotas as places
from services.requests.schemas import samples as sampling
from services.requests.schemas import streams
from services.requests.schemas.shapes import OnRequest
from services.requests.space import views as own_data
from services.requests.staff_calls import StaffCalls

__all__ = ["RequestsService", "counters", "projections", "reactions"]

Json = dict[str, Any]


class RequestsService(StaffCalls):
    name = "requests"

    @declared_rpc(streams.ReadHeard)
    def heard(self, call: Call, _: streams.ReadHeard) -> streams.Heard:
        with self.store.read() as conn:
            return streams.Heard(**definitions.heard_versions(conn))

    @declared_rpc(streams.ReadPartnersStream)
    def partners_stream(self, call: Call, _: streams.ReadPartnersStream) -> streams.PartnersStream:
        with self.store.read() as conn:
            return streams.PartnersStream(**partners_stream.identity(conn))

    @declared_rpc(places.ListFullProcedures)
    def quotas_reached(self, call: Call, _: places.ListFullProcedures) -> places.FullProcedures:
        return self._see(call, quotas.quotas_reached)

    # --- drafts

    @declared_rpc(drafting.OpenDraft)
    def open_draft(self, call: Call, asked: drafting.OpenDraft) -> drafting.DraftView:
        profile = other_services.profile_of(self.rpc, call)
        member = other_services.member_of(self.rpc, call, asked.member, profile, now=self.store.clock.now())
        done = self._do(call, drafts.open_draft, asked, profile, member)
        return self._see(call, drafts.show, done["draft_id"])

    @declared_rpc(drafting.ReadDraftFor)
    def draft_for(self, call: Call, asked: drafting.ReadDraftFor) -> drafting.DraftFor:
        return self._see(call, drafts.draft_for, asked.procedure, asked.after)

    @declared_rpc(drafting.ListDrafts)
    def my_drafts(self, call: Call, _: drafting.ListDrafts) -> drafting.Drafts:
        return self._see(call, drafts.my_drafts)

    @declared_rpc(drafting.AdoptDrafts)
    def adopt_drafts(self, call: Call, asked: drafting.AdoptDrafts) -> drafting.Adopted:
        profile = other_services.profile_of(self.rpc, call)
        return self._run(call, drafting.Adopted, drafts.adopt_drafts, asked.visitor, profile)

    @declared_rpc(asking.ReadProfileNews)
    def read_profile_news(self, call: Call, asked: asking.ReadProfileNews) -> asking.ProfileNews:
        profile = other_services.profile_of(self.rpc, call)
        return self._see(call, drafts.profile_news, str(asked.draft_id), profile)

    @declared_rpc(asking.TakeProfile)
    def take_profile(self, call: Call, asked: asking.TakeProfile) -> Done:
        profile = other_services.unless_done(self.store, call, lambda: other_services.profile_of(self.rpc, call))
        return self._run(call, Done, drafts.take_profile, str(asked.draft_id), profile)

    @declared_rpc(drafting.ReadDraft)
    def draft(self, call: Call, asked: drafting.ReadDraft) -> drafting.DraftView:
        return self._see(call, drafts.show, asked.draft_id)

    @declared_rpc(drafting.SaveStep)
    def save_step(self, call: Call, asked: drafting.SaveStep) -> drafting.DraftView:
        chosen, now = drafts.member_chosen(asked), self.store.clock.now()
        member = other_services.unless_done(
            self.store, call, lambda: other_services.member_of(self.rpc, call, chosen, now=now)
        )
        self._do(call, drafts.save_step, asked, member)
        return self._see(call, drafts.show, asked.draft_id)

    @declared_rpc(drafting.HoldSlot)
    def hold_slot(self, call: Call, asked: drafting.HoldSlot) -> drafting.SlotKept:
        held = self._run(call, drafting.KeptSlot, drafts.hold_slot, asked.draft_id, asked.start, asked.address_seen)
        return drafting.SlotKept(slot=held)

    @declared_rpc(drafting.ReleaseSlot)
    def release_slot(self, call: Call, asked: drafting.ReleaseSlot) -> Done:
        return self._run(call, Done, drafts.release_slot, asked.draft_id)

    @declared_rpc(drafting.DiscardDraft)
    def discard_draft(self, call: Call, asked: drafting.DiscardDraft) -> Done:
        return self._run(call, Done, drafts.discard_draft, asked.draft_id)

    @declared_rpc(linking.MailDraftLink)
    def mail_draft_link(self, call: Call, asked: linking.MailDraftLink) -> Done:
        return self._run(call, Done, draft_links.mail_link, asked)

    @declared_rpc(linking.ReadDraftLink)
    def read_draft_link(self, call: Call, asked: linking.ReadDraftLink) -> linking.DraftBehindLink:
        return self._see(call, draft_links.read_link, asked)

    @declared_rpc(linking.OpenDraftLink)
    def open_draft_link(self, call: Call, asked: linking.OpenDraftLink) -> linking.OpenedDraft:
        profile = other_services.unless_done(self.store, call, lambda: other_services.profile_of(self.rpc, call))
        return self._run(call, linking.OpenedDraft, draft_links.open_link, asked, profile)

    @declared_rpc(linking.ReadDraftLinkMail)
    def read_draft_link_mail(self, call: Call, asked: linking.ReadDraftLinkMail) -> linking.DraftLinkMail:
        return self._see(call, draft_links.read_mail, asked)

    # --- filing

    @declared_rpc(filed.SubmitDraft)
    def submit_draft(self, call: Call, asked: filed.SubmitDraft) -> filed.Receipt:
        return self._file(call, lambda tx: submission.submit_draft(tx, self.store.settings, asked))

    @declared_rpc(filed.Submit)
    def submit(self, call: Call, asked: filed.Submit) -> filed.Receipt:
        now = self.store.clock.now()
        member = other_services.unless_done(
            self.store, call, lambda: other_services.member_of(self.rpc, call, asked.member, now=now)
        )
        filing = submission.Filing.whole(asked, call.actor, member, new_id=self.store.ids.new)
        return self._file(call, lambda tx: submission.submit(tx, self.store.settings, filing))

    def _file(self, call: Call, use_case: Callable[[Transaction], Json]) -> filed.Receipt:
        """The receipt of what was filed; a number that chance has given to another request is drawn again."""
        done = self.store.run(call, use_case, drawn="requests_number")
        return self._see(call, receipt.receipt, done["request_id"])

    # --- following

    @declared_rpc(follow.OpenTracking)
    def open_tracking(self, call: Call, asked: follow.OpenTracking) -> follow.TrackedRequest:
        return self._see(call, following.open_tracking, asked.token)

    @declared_rpc(follow.SendTrackingLink)
    def send_tracking_link(self, call: Call, asked: follow.SendTrackingLink) -> Done:
        return self._run(call, Done, following.send_tracking_link, asked.number, asked.email)

    @declared_rpc(follow.RevokeTrackingLinks)
    def revoke_tracking_links(self, call: Call, asked: follow.RevokeTrackingLinks) -> OnRequest:
        return self._run(call, OnRequest, following.revoke_tracking_links, asked.number)

    @declared_rpc(holding.ReadHeldData)
    def read_held_data(self, call: Call, asked: holding.ReadHeldData) -> holding.HeldData:
        return self._see(call, own_data.read_held_data, asked.number)

    @declared_rpc(holding.RequestErasure)
    def request_erasure(self, call: Call, asked: holding.RequestErasure) -> Done:
        return self._run(call, Done, following.request_erasure, asked.number)

    @rpc(schemas.Tracking)
    def tracking(self, call: Call) -> Json:
        return self._see(call, tracking.tracking, call.body["number"], call.body["as_of"])

    @declared_rpc(follow.ListMine)
    def mine(self, call: Call, asked: follow.ListMine) -> follow.OwnList:
        return self._see(call, own_data.mine, asked.archived, asked.page or 1)

    @declared_rpc(board.ReadDashboard)
    def read_dashboard(self, call: Call, _: board.ReadDashboard) -> board.Dashboard:
        return self._see(call, own_data.read_dashboard)

    @declared_rpc(follow.CountUnread)
    def unread(self, call: Call, _: follow.CountUnread) -> follow.UnreadCount:
        return self._see(call, own_data.unread)

    @declared_rpc(attesting.RequestAttestation)
    def request_attestation(self, call: Call, asked: attesting.RequestAttestation) -> Done:
        return self._run(call, Done, following.request_attestation, asked.number)

    @declared_rpc(follow.CancelRequest)
    def cancel(self, call: Call, asked: follow.CancelRequest) -> follow.Cancelled:
        return self._run(call, follow.Cancelled, following.cancel, asked.number, asked.version)

    @declared_rpc(follow.AttachRequest)
    def attach(self, call: Call, asked: follow.AttachRequest) -> OnRequest:
        return self._run(call, OnRequest, following.attach, asked.number)

    # --- appointments

    @declared_rpc(booking.ListSlots)
    def slots(self, call: Call, asked: booking.ListSlots) -> booking.SlotWeek:
        return self._see(call, week.slots_of_week, asked)

    @declared_rpc(booking.AddAppointment)
    def add_appointment(self, call: Call, asked: booking.AddAppointment) -> booking.Booked:
        return self._run(call, booking.Booked, appointments.add_appointment, asked)

    @declared_rpc(booking.MoveAppointment)
    def move_appointment(self, call: Call, asked: booking.MoveAppointment) -> booking.Booked:
        return self._run(call, booking.Booked, appointments.move_appointment, asked)

    @declared_rpc(booking.CancelAppointment)
    def cancel_appointment(self, call: Call, asked: booking.CancelAppointment) -> OnRequest:
        return self._run(call, OnRequest, appointments.cancel_appointment, asked)

    @declared_rpc(booking.ReadCalendarFile)
    def calendar_file(self, call: Call, asked: booking.ReadCalendarFile) -> booking.CalendarFile:
        return self._see(call, notices.calendar, asked.number)

    # --- our own processes

    @declared_rpc(mailing.ReadMailDetails)
    def notice_details(self, call: Call, asked: mailing.ReadMailDetails) -> mailing.MailDetails:
        return self._see(call, notices.notice_details, asked)

    @declared_rpc(updates.ProfileUpdateOf)
    def profile_update_of(self, call: Call, asked: updates.ProfileUpdateOf) -> updates.ProfileUpdate:
        return self._see(call, own_data.profile_update_of, str(asked.request_id))

    @declared_rpc(held.ReadOwnRequests)
    def read_own_requests(self, call: Call, asked: held.ReadOwnRequests) -> held.OwnRequests:
        return self._see(call, own_data.own_requests, asked)

    @declared_rpc(held.ReadOwnDrafts)
    def read_own_drafts(self, call: Call, asked: held.ReadOwnDrafts) -> held.OwnDrafts:
        return self._see(call, own_data.own_drafts, asked)

    @declared_rpc(under_way.FilterOpenRequests)
    def filter_open_requests(
        self, call: Call, asked: under_way.FilterOpenRequests
    ) -> under_way.AccountsWithOpenRequests:
        return self._see(call, own_data.filter_open_requests, asked.accounts)

    @declared_rpc(sampling.CheckSamples)
    def check_samples(self, call: Call, asked: sampling.CheckSamples) -> Done:
        importing.check_samples(self.store, call.actor, asked)
        return Done()

    @declared_rpc(sampling.ImportSamples)
    def import_samples(self, call: Call, asked: sampling.ImportSamples) -> sampling.SamplesImported:
        citizens, agents = list(asked.citizens), asked.agents or ()
        accounts = other_services.account_ids(self.rpc, call, [one["username"] for one in [*citizens, *agents]])
        imported = importing.import_samples(
            self.store, call.actor, citizens, accounts, agents, correlation_id=call.correlation_id
        )
        return from_json(sampling.SamplesImported, imported)

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
