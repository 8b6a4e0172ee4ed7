"""messaging as nameko runs it: entrypoints only."""

from typing import Any, ClassVar

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Configured, Ids, Stores
from services.chassis.rpc.entrypoints import declared_rpc, every, rpc, woken
from services.messaging import reactions, schemas
from services.messaging.delivery.post import Post
from services.messaging.exchanges import begun_messages, grants
from services.messaging.exchanges import use_cases as exchanging
from services.messaging.letters import use_cases as letters
from services.messaging.letters import views as mails_of_request
from services.messaging.notices import mailbox_share, use_cases
from services.messaging.notices.rules import State
from services.messaging.personal_data import own_data
from services.messaging.schemas import own_data as held
from services.messaging.schemas.begun_messages import KeepBegunMessage

__all__ = ["MessagingService", "reactions"]


class MessagingService:
    name: ClassVar[str] = "messaging"
    # what a worker finds here is what each provider gives out
    store: Any = Stores()
    settings: Any = Configured()
    ids: Any = Ids()
    post: Any = Post()

    @rpc(schemas.WithGrant)
    def exchanges(self, call: Call) -> dict[str, Any]:
        """The thread of a request: those still to be opened show their first words only."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return exchanging.listed(self.store, grant)

    @rpc(schemas.OpenExchange)
    def open_exchange(self, call: Call) -> dict[str, Any]:
        """One exchange with its text; it becomes read when the side that it was written to opens it."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        exchange_id = call.body["exchange_id"]
        self.store.run(grants.command(call, grant), lambda tx: exchanging.mark_read(tx, grant, exchange_id))
        return exchanging.opened(self.store, grant, exchange_id)

    @rpc(schemas.AddExchange)
    def add_exchange(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        command, text, seen = grants.command(call, grant), call.body["text"], call.body["seen"]
        return self.store.run(command, lambda tx: exchanging.add_exchange(tx, grant, self.ids.new(), text, seen=seen))

    @declared_rpc(KeepBegunMessage)
    def keep_begun_message(self, call: Call, asked: KeepBegunMessage) -> Done:
        """What the applicant's side has written so far and not sent."""
        return begun_messages.keep(self.store, call, grants.read(self.settings, asked.grant, call.actor), asked)

    @rpc(schemas.WithGrant)
    def emails(self, call: Call) -> list[dict[str, Any]]:
        """What was sent to the applicant about a request, and what became of it."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return mails_of_request.emails(self.store, grant)

    @rpc(schemas.Letters)
    def letters(self, call: Call) -> dict[str, Any]:
        """What is to be printed for persons without e-mail address, in the actor's departments."""
        return letters.waiting(self.store, call.actor, call.body["page"])

    @rpc()
    def letters_waiting(self, call: Call) -> dict[str, Any]:
        return letters.count(self.store, call.actor)

    @rpc(schemas.ReadLetter)
    def letter(self, call: Call) -> dict[str, Any]:
        """One letter as it was printed last, or as it would be now."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return letters.read(self.store, self.post, grant, call.body["letter_id"], call.body["enclosed"])

    @rpc(schemas.PrintLetter)
    def print_letter(self, call: Call) -> dict[str, Any]:
        """What is printed is kept as the proof."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        command, letter_id, enclosed = grants.command(call, grant), call.body["letter_id"], call.body["enclosed"]
        return letters.print_out(self.store, self.post, command, grant, letter_id, enclosed)

    @rpc(schemas.DeliverLetter)
    def deliver_letter(self, call: Call) -> dict[str, Any]:
        """« Remis » or « Posté »."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        letter_id, way = call.body["letter_id"], State(call.body["way"])
        return self.store.run(grants.command(call, grant), lambda tx: letters.deliver(tx, grant, letter_id, way))

    @declared_rpc(held.ReadOwnThreads)
    def read_own_threads(self, call: Call, asked: held.ReadOwnThreads) -> held.OwnThreads:
        return own_data.own_threads(self.store, call, asked)

    @declared_rpc(held.ReadOwnMails)
    def read_own_mails(self, call: Call, asked: held.ReadOwnMails) -> held.OwnMails:
        return own_data.own_mails(self.store, call, asked)

    @rpc(schemas.ImportExchanges)
    def import_exchanges(self, call: Call) -> dict[str, Any]:
        return self.store.run(call, lambda tx: exchanging.import_exchanges(tx, call.body["exchanges"]))

    @rpc(schemas.TryMail)
    def try_mail(self, call: Call) -> dict[str, Any]:
        """Sends one mail for whoever sets the portal up; says which server was asked, and why it did not take it."""
        return {"server": self.post.server, "reason": self.post.try_out(call.body["recipient"])}

    @every(600)
    def forget_mailboxes(self) -> None:
        with self.store.transaction() as tx:
            mailbox_share.forget(tx)

    @every(3600)
    def forget_begun_messages(self) -> None:
        with self.store.transaction() as tx:
            begun_messages.forget(tx)

    @woken(use_cases.OWED, spaced=0.4, at_latest=30)
    def send_what_is_owed(self) -> float | None:
        """Those that are due; in how many seconds the next one will be."""
        seconds = self.post.due_in()
        if seconds != 0:
            return seconds
        self.post.run()
        return self.post.due_in()
