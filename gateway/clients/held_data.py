"""The part of requests' client that tells what is held of an applicant, and asks for its erasure."""

from gateway.clients.link import CommandId, Link
from services.requests.schemas.held_data import HeldData, ReadHeldData, RequestErasure


class HeldDataOfRequests:
    _link: Link

    def read_held_data(self, number: str) -> HeldData:
        """What the town holds with this request of the actor, and until when."""
        return self._link.send(ReadHeldData(number=number))

    def request_erasure(self, number: str, *, command_id: CommandId) -> None:
        """Recorded in the history; done when the retention ends."""
        self._link.send(RequestErasure(number=number), command_id=command_id)
