"""The part of requests' client that tells what is held of an applicant, asks for its erasure and answers that."""

from gateway.clients.link import CommandId, Link
from services.requests.schemas.held_data import AnswerErasure, HeldData, ReadHeldData, RequestErasure


class HeldDataOfRequests:
    _link: Link

    def read_held_data(self, number: str) -> HeldData:
        """What the town holds with this request of the actor, and until when."""
        return self._link.send(ReadHeldData(number=number))

    def request_erasure(self, number: str, *, command_id: CommandId) -> None:
        """Recorded in the history; done when the retention ends."""
        self._link.send(RequestErasure(number=number), command_id=command_id)

    def answer_erasure(self, number: str, *, accepted: bool, reason: str, command_id: CommandId) -> None:
        """The town's answer to the erasure that was asked for; a refusal has its reason."""
        self._link.send(AnswerErasure(number=number, accepted=accepted, reason=reason), command_id=command_id)
