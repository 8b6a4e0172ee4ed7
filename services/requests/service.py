"""What requests offers: drafts, filing, following, appointments, the agents' work. Entrypoints only: a table of contents."""

from typing import Any

from services.chassis.calls import Call
from services.chassis.entrypoints import every, rpc
from services.chassis.providers import Neighbours, Stores
from services.requests import (
    definitions,
    filing,
    neighbours,
    projections,  # noqa: F401 registered by being imported
    reactions,  # noqa: F401 registered by being imported
    schemas,
)
from services.requests.use_cases import agents, appointments, drafts, following, importing, timers
from services.requests.views import lists, notices, tracking, week, work

Json = dict[str, Any]


class RequestsService:
    name = "requests"
    store = Stores()
    neighbours = Neighbours()

    @rpc()
    def heard(self, call: Call) -> Json:
        with self.store.read() as conn:
            return definitions.heard_versions(conn)

    # --- drafts

    @rpc(schemas.OpenDraft)
    def open_draft(self, call: Call) -> Json:
        body = call.body
        profile = neighbours.profile_of(self.neighbours, call.actor)
        member = neighbours.member_of(self.neighbours, call.actor, body["member"], profile)
        outcome = self.store.run(
            call,
            lambda tx: drafts.open_draft(
                tx, body["draft_id"], body["procedure"], profile=profile, member=member, anew=bool(body["anew"])
            ),
        )
        return self._draft(call, outcome["draft_id"])

    @rpc(schemas.Procedure)
    def draft_for(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return {"draft": drafts.draft_for(tx, self.store.settings, call.body["procedure"])}

    @rpc(schemas.DraftOnly)
    def draft(self, call: Call) -> Json:
        return self._draft(call, call.body["draft_id"])

    @rpc(schemas.SaveStep)
    def save_step(self, call: Call) -> Json:
        body = call.body
        chosen = body["step"] == "procedure" and "member" in body["data"]
        member = neighbours.member_of(self.neighbours, call.actor, body["data"]["member"]) if chosen else None
        self.store.run(
            call,
            lambda tx: drafts.save_step(tx, body["draft_id"], body["step"], body["data"], member=member, chosen=chosen),
        )
        return self._draft(call, body["draft_id"])

    @rpc(schemas.HoldSlot)
    def hold_slot(self, call: Call) -> Json:
        body = call.body
        return {"slot": self.store.run(call, lambda tx: drafts.hold_slot(tx, body["draft_id"], body["start"]))}

    @rpc(schemas.DraftOnly)
    def release_slot(self, call: Call) -> Json:
        return self.store.run(call, lambda tx: drafts.release_slot(tx, call.body["draft_id"]))

    @rpc(schemas.DraftOnly)
    def discard_draft(self, call: Call) -> Json:
        return self.store.run(call, lambda tx: drafts.discard_draft(tx, call.body["draft_id"]))

    def _draft(self, call: Call, draft_id: str) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return drafts.show(tx, self.store.settings, draft_id)

    # --- filing

    @rpc(schemas.SubmitDraft)
    def submit_draft(self, call: Call) -> Json:
        return filing.submit_draft(self.store, call)

    @rpc(schemas.Submit)
    def submit(self, call: Call) -> Json:
        return filing.submit(self.store, self.neighbours, call)

    # --- following

    @rpc(schemas.Token)
    def open_tracking(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return following.open_tracking(tx, self.store.settings, call.body["token"])

    @rpc(schemas.SendTrackingLink)
    def send_tracking_link(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call, lambda tx: following.send_tracking_link(tx, self.store.settings, body["number"], body["email"])
        )

    @rpc(schemas.NumberOnly)
    def revoke_tracking_link(self, call: Call) -> Json:
        return self.store.run(
            call, lambda tx: following.revoke_tracking_link(tx, self.store.settings, call.body["number"])
        )

    @rpc(schemas.Tracking)
    def tracking(self, call: Call) -> Json:
        body = call.body
        with self.store.transaction(actor=call.actor) as tx:
            return tracking.tracking(tx, self.store.settings, body["number"], body["as_of"])

    @rpc(schemas.Mine)
    def mine(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return lists.mine(tx, archived=call.body["archived"], page=call.body["page"] or 1)

    @rpc()
    def latest(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return lists.latest(tx)

    @rpc(schemas.NumberAndVersion)
    def cancel(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call, lambda tx: following.cancel(tx, self.store.settings, body["number"], body["version"])
        )

    @rpc(schemas.NumberOnly)
    def attach(self, call: Call) -> Json:
        return self.store.run(call, lambda tx: following.attach(tx, self.store.settings, call.body["number"]))

    # --- appointments

    @rpc(schemas.Slots)
    def slots(self, call: Call) -> Json:
        body = call.body
        with self.store.transaction(actor=call.actor) as tx:
            return week.slots_of_week(
                tx, self.store.settings, body["agenda"], body["week"], body["number"], body["draft_id"]
            )

    @rpc(schemas.AddAppointment)
    def add_appointment(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call,
            lambda tx: appointments.add_appointment(
                tx, self.store.settings, body["number"], body["start"], body["version"]
            ),
        )

    @rpc(schemas.MoveAppointment)
    def move_appointment(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call,
            lambda tx: appointments.move_appointment(
                tx, self.store.settings, body["number"], body["appointment_id"], body["start"], body["version"]
            ),
        )

    @rpc(schemas.CancelAppointment)
    def cancel_appointment(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call,
            lambda tx: appointments.cancel_appointment(
                tx, self.store.settings, body["number"], body["appointment_id"], body["version"]
            ),
        )

    @rpc(schemas.NumberOnly)
    def calendar_file(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return notices.calendar(tx, self.store.settings, call.body["number"])

    # --- the town's side

    @rpc(schemas.WorkList)
    def work_list(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return work.work(tx, self.store.settings, call.body)

    @rpc(schemas.NumberAndVersion)
    def take_in_charge(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call, lambda tx: agents.take_in_charge(tx, self.store.settings, body["number"], body["version"])
        )

    @rpc(schemas.ChangeStatus)
    def change_status(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call,
            lambda tx: agents.change_status(
                tx, self.store.settings, body["number"], body["version"], agents.Decision.read(body)
            ),
        )

    @rpc(schemas.Assign)
    def assign(self, call: Call) -> Json:
        body = call.body
        return self.store.run(
            call,
            lambda tx: agents.assign(
                tx, self.store.settings, body["number"], body["version"], body["assignee"], body["assignee_name"] or ""
            ),
        )

    @rpc(schemas.AddNote)
    def add_note(self, call: Call) -> Json:
        body = call.body
        return self.store.run(call, lambda tx: agents.add_note(tx, self.store.settings, body["number"], body["text"]))

    @rpc(schemas.ReplyPreview)
    def reply_preview(self, call: Call) -> Json:
        body = call.body
        with self.store.transaction(actor=call.actor) as tx:
            return agents.reply_preview(tx, self.store.settings, body["number"], body["reply"], body["values"] or {})

    @rpc(schemas.NumberOnly)
    def audit_trail(self, call: Call) -> Json:
        with self.store.transaction(actor=call.actor) as tx:
            return work.audit_trail(tx, self.store.settings, call.body["number"])

    # --- our own processes

    @rpc(schemas.NoticeDetails)
    def notice_details(self, call: Call) -> Json:
        body = call.body
        with self.store.transaction(actor=call.actor) as tx:
            return notices.notice_details(tx, self.store.settings, body["request_id"], body["event_id"])

    @rpc(schemas.ImportSamples)
    def import_samples(self, call: Call) -> Json:
        citizens = call.body["citizens"]
        accounts = neighbours.account_ids(self.neighbours, [citizen["username"] for citizen in citizens])
        return importing.import_samples(self.store, call.actor, citizens, accounts)

    # --- what time brings about

    @every(60)
    def reach_implicit_decisions(self) -> None:
        timers.reach_implicit_decisions(self.store)

    @every(60)
    def lapse_incomplete(self) -> None:
        timers.lapse_incomplete(self.store)

    @every(300)
    def archive_closed(self) -> None:
        timers.archive_closed(self.store)

    @every(300)
    def end_what_is_over(self) -> None:
        timers.end_what_is_over(self.store)

    @every(300)
    def forget_drafts(self) -> None:
        timers.forget_drafts(self.store)

    @every(3600)
    def forget_old(self) -> None:
        timers.forget_views(self.store)
        self.store.forget_commands()
