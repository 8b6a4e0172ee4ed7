"""What was said about a request. A grant from requests says what its bearer may do, so no other call is needed."""

from gateway.clients.link import CommandId, Json, Link
from services.chassis.contracts import Done
from services.messaging.schemas.begun_messages import KeepBegunMessage


class MessagingClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def exchanges(self, grant: str) -> Json:
        """The list of exchanges, and `begun`: the applicant's message that is not sent yet; listing never marks as read."""
        return self._link.ask("exchanges", grant=grant)

    def open_exchange(self, grant: str, exchange_id: str, *, command_id: CommandId) -> Json:
        """The exchange with its text; it becomes read."""
        return self._link.ask("open_exchange", command_id=command_id, grant=grant, exchange_id=exchange_id)

    def add_exchange(self, grant: str, text: str, *, seen: str | None = None, command_id: CommandId) -> Json:
        """`seen`: the last exchange on the author's page; those of the other side up to it become read."""
        return self._link.ask("add_exchange", command_id=command_id, grant=grant, text=text, seen=seen)

    def keep_begun_message(self, grant: str, text: str, *, seen: str = "", command_id: CommandId) -> Done:
        """What the applicant has written so far, "" to drop it. `seen`: the last exchange on the page it is written on."""
        return self._link.send(KeepBegunMessage(grant=grant, text=text, seen=seen), command_id=command_id)

    def emails(self, grant: str) -> list[Json]:
        return self._link.ask("emails", grant=grant)

    # --- letters

    def letters(self, page: int) -> Json:
        """`{items, total, per_page}`: what waits to be handed over or posted in the agent's departments, the oldest first."""
        return self._link.ask("letters", page=page)

    def letters_waiting(self) -> Json:
        """`{waiting}`: how many those are; Unavailable after a moment."""
        return self._link.glimpse("letters_waiting")

    def letter(self, grant: str, letter_id: str | None, *, enclosed: list[str]) -> Json:
        """One letter as it was printed last or would be now, None for the acknowledgement; `enclosed`: the town's documents,
        named in a decision."""
        return self._link.ask("letter", grant=grant, letter_id=letter_id, enclosed=enclosed)

    def print_letter(self, grant: str, letter_id: str, *, enclosed: list[str], command_id: CommandId) -> Json:
        """`{letter_id, printed_at}`: what is printed now is kept; refused once it was delivered."""
        about = {"letter_id": letter_id, "enclosed": enclosed}
        return self._link.ask("print_letter", command_id=command_id, grant=grant, **about)

    def deliver_letter(self, grant: str, letter_id: str, way: str, *, command_id: CommandId) -> Json:
        """`way`: handed_over or posted; refused where it was not printed, or was delivered already."""
        return self._link.ask("deliver_letter", command_id=command_id, grant=grant, letter_id=letter_id, way=way)
