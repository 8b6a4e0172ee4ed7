"""The calls of requests on the town hall's side: work lists, decisions, notes, eliminations. Part of the one process,
RequestsService."""

from collections.abc import Callable
from typing import Any, TypeVar

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Rpc, Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc
from services.requests import other_services
from services.requests.appointments import views as week
from services.requests.notices import views as notices
from services.requests.retention import use_cases as retention
from services.requests.schemas import appointments as booking
from services.requests.schemas import decisions as deciding
from services.requests.schemas import held_data, journal, letters
from services.requests.schemas import retention as ends
from services.requests.schemas import work_list as listing
from services.requests.schemas.shapes import OnRequest
from services.requests.worklist import use_cases as agents
from services.requests.worklist import views as work

Json = dict[str, Any]
A = TypeVar("A")


class StaffCalls:
    store = provided(Stores())
    rpc = provided(Rpc())

    def _do(self, call: Call, use_case: Callable[..., Json], *given: Any) -> Json:
        """A command: one transaction, once for each command id."""
        return self.store.run(call, lambda tx: use_case(tx, self.store.settings, *given))

    def _run(self, call: Call, answer: type[A], use_case: Callable[..., A], *given: Any) -> A:
        """The same of a declared command, whose use case answers with that class."""
        return self.store.run_declared(call, answer, lambda tx: use_case(tx, self.store.settings, *given))

    def _see(self, call: Call, view: Callable[..., A], *given: Any) -> A:
        with self.store.viewing(call.actor) as tx:
            return view(tx, self.store.settings, *given)

    # --- the town's side

    @declared_rpc(listing.ListWork)
    def work_list(self, call: Call, asked: listing.ListWork) -> listing.WorkList:
        return self._see(call, work.work, asked)

    @declared_rpc(booking.ListDay)
    def day_list(self, call: Call, asked: booking.ListDay) -> booking.DayList:
        return self._see(call, week.day_list, asked.day)

    @declared_rpc(deciding.TakeInCharge)
    def take_in_charge(self, call: Call, asked: deciding.TakeInCharge) -> OnRequest:
        return self._run(call, OnRequest, agents.take_in_charge, asked.number, asked.version)

    @declared_rpc(deciding.ChangeStatus)
    def change_status(self, call: Call, asked: deciding.ChangeStatus) -> deciding.Decided:
        decision = agents.Decision.read(asked)
        return self._run(call, deciding.Decided, agents.change_status, asked.number, asked.version, decision)

    @declared_rpc(deciding.Assign)
    def assign(self, call: Call, asked: deciding.Assign) -> OnRequest:
        colleague = other_services.unless_done(
            self.store, call, lambda: other_services.colleague(self.rpc, call, asked.assignee)
        )
        return self._run(call, OnRequest, agents.assign, asked, colleague)

    @declared_rpc(deciding.AddNote)
    def add_note(self, call: Call, asked: deciding.AddNote) -> OnRequest:
        return self._run(call, OnRequest, agents.add_note, asked.number, asked.text)

    @declared_rpc(held_data.AnswerErasure)
    def answer_erasure(self, call: Call, asked: held_data.AnswerErasure) -> Done:
        return self._run(call, Done, agents.answer_erasure, asked)

    @declared_rpc(deciding.PreviewReply)
    def reply_preview(self, call: Call, asked: deciding.PreviewReply) -> deciding.ReplyText:
        return self._see(call, agents.reply_preview, asked.number, asked.reply, asked.values or {})

    @declared_rpc(letters.ReadLetterGrant)
    def letter_grant(self, call: Call, asked: letters.ReadLetterGrant) -> letters.LetterGrant:
        return self._see(call, notices.letter_grant, asked.number)

    @declared_rpc(letters.ListRecipients)
    def recipients(self, call: Call, asked: letters.ListRecipients) -> letters.Recipients:
        return self._see(call, notices.recipients, asked.numbers)

    @declared_rpc(journal.ListStaffLooks)
    def looks(self, call: Call, asked: journal.ListStaffLooks) -> journal.StaffLooks:
        return self._see(call, work.looks, asked)

    @declared_rpc(journal.ReadAuditTrail)
    def audit_trail(self, call: Call, asked: journal.ReadAuditTrail) -> journal.AuditTrail:
        return self._see(call, work.audit_trail, asked)

    # --- the end of what was filed

    @declared_rpc(ends.ListEliminations)
    def eliminations(self, call: Call, _: ends.ListEliminations) -> ends.Eliminations:
        return self._see(call, retention.show_lists)

    @declared_rpc(ends.ReadElimination)
    def elimination(self, call: Call, asked: ends.ReadElimination) -> ends.Elimination:
        return self._see(call, retention.show_list, asked.list_id)

    @declared_rpc(ends.DrawElimination)
    def draw_elimination(self, call: Call, _: ends.DrawElimination) -> ends.OnElimination:
        return self._run(call, ends.OnElimination, retention.draw_list)

    @declared_rpc(ends.ApproveElimination)
    def approve_elimination(self, call: Call, asked: ends.ApproveElimination) -> ends.OnElimination:
        return self._run(call, ends.OnElimination, retention.approve_list, asked)
