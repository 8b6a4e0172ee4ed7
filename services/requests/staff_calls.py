"""The calls of requests on the town hall's side: work lists, decisions, notes, eliminations. Part of the one process,
RequestsService."""

from collections.abc import Callable
from typing import Any

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Neighbours, Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc, rpc
from services.requests import neighbours, schemas
from services.requests.appointments import views as week
from services.requests.notices import views as notices
from services.requests.retention import use_cases as retention
from services.requests.schemas import held_data
from services.requests.worklist import use_cases as agents
from services.requests.worklist import views as work

Json = dict[str, Any]


class StaffCalls:
    store = provided(Stores())
    neighbours = provided(Neighbours())

    def _do(self, call: Call, use_case: Callable[..., Json], *given: Any) -> Json:
        """A command: one transaction, once for each command id."""
        return self.store.run(call, lambda tx: use_case(tx, self.store.settings, *given))

    def _see(self, call: Call, view: Callable[..., Json], *given: Any) -> Json:
        with self.store.viewing(call.actor) as tx:
            return view(tx, self.store.settings, *given)

    # --- the town's side

    @rpc(schemas.WorkList)
    def work_list(self, call: Call) -> Json:
        return self._see(call, work.work, call.body)

    @rpc(schemas.DayList)
    def day_list(self, call: Call) -> Json:
        return self._see(call, week.day_list, call.body["day"])

    @rpc(schemas.NumberAndVersion)
    def take_in_charge(self, call: Call) -> Json:
        return self._do(call, agents.take_in_charge, call.body["number"], call.body["version"])

    @rpc(schemas.ChangeStatus)
    def change_status(self, call: Call) -> Json:
        body = call.body
        return self._do(call, agents.change_status, body["number"], body["version"], agents.Decision.read(body))

    @rpc(schemas.Assign)
    def assign(self, call: Call) -> Json:
        colleague = neighbours.unless_done(
            self.store, call, lambda: neighbours.colleague(self.neighbours, call, call.body["assignee"])
        )
        return self._do(call, agents.assign, call.body, colleague)

    @rpc(schemas.AddNote)
    def add_note(self, call: Call) -> Json:
        return self._do(call, agents.add_note, call.body["number"], call.body["text"])

    @declared_rpc(held_data.AnswerErasure)
    def answer_erasure(self, call: Call, asked: held_data.AnswerErasure) -> Done:
        return self.store.run_declared(call, Done, lambda tx: agents.answer_erasure(tx, self.store.settings, asked))

    @rpc(schemas.ReplyPreview)
    def reply_preview(self, call: Call) -> Json:
        body = call.body
        return self._see(call, agents.reply_preview, body["number"], body["reply"], body["values"] or {})

    @rpc(schemas.NumberOnly)
    def letter_grant(self, call: Call) -> Json:
        """What opens the letters of a request to an agent; asking is a look that is recorded."""
        return self._see(call, notices.letter_grant, call.body["number"])

    @rpc(schemas.Numbers)
    def recipients(self, call: Call) -> Json:
        return self._see(call, notices.recipients, call.body["numbers"])

    @rpc(schemas.Looks)
    def looks(self, call: Call) -> Json:
        return self._see(call, work.looks, call.body)

    @rpc(schemas.AuditTrail)
    def audit_trail(self, call: Call) -> Json:
        return self._see(call, work.audit_trail, call.body)

    # --- the end of what was filed

    @rpc()
    def eliminations(self, call: Call) -> Json:
        return self._see(call, retention.show_lists)

    @rpc(schemas.Elimination)
    def elimination(self, call: Call) -> Json:
        return self._see(call, retention.show_list, call.body["list_id"])

    @rpc()
    def draw_elimination(self, call: Call) -> Json:
        return self._do(call, retention.draw_list)

    @rpc(schemas.ApproveElimination)
    def approve_elimination(self, call: Call) -> Json:
        """What is approved is erased at once, or within a minute where this process ends meanwhile."""
        return self._do(call, retention.approve_list, call.body)
