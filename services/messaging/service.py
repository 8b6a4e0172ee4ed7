"""messaging as nameko runs it: entrypoints only."""

from typing import ClassVar
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Transaction
from services.chassis.process.providers import Rpc, Stores, provided
from services.chassis.rpc.entrypoints import answers, declared_rpc, every, woken
from services.messaging import reactions
from services.messaging.delivery.delivery_loop import send_due, try_out
from services.messaging.exchanges import begun_messages, grants, use_cases as exchanging, views as threads
from services.messaging.letters import printing, use_cases as letters, views as letter_views
from services.messaging.notices import mailbox_share, use_cases
from services.messaging.notices.rules import State
from services.messaging.personal_data import views as own_data
from services.messaging.providers import Definitions, Mailers
from services.messaging.schemas import letters as paper, own_data as held
from services.messaging.schemas.begun_messages import KeepBegunMessage
from services.messaging.schemas.exchanges import (
    AddExchange,
    Exchange,
    ExchangeSent,
    ExchangesImported,
    ImportExchanges,
    ListExchanges,
    OpenExchange,
    Thread,
)
from services.messaging.schemas.mails import ListMails, MailToApplicant, MailTried, TryMail

__all__ = ["MessagingService", "reactions"]


class MessagingService:
    name: ClassVar[str] = "messaging"
    # what a worker finds here is what each provider gives out
    store = provided(Stores())
    rpc = provided(Rpc())
    mailer = provided(Mailers())
    definitions = provided(Definitions())

    @declared_rpc(ListExchanges)
    def exchanges(self, call: Call, asked: ListExchanges) -> Thread:
        """The thread of a request: those still to be opened show their first words only."""
        return threads.listed(self.store, self._granted(call, asked.grant))

    @declared_rpc(OpenExchange)
    def open_exchange(self, call: Call, asked: OpenExchange) -> Exchange:
        grant, exchange_id = self._granted(call, asked.grant), UUID(asked.exchange_id)
        self.store.run(grants.command(call, grant), lambda tx: exchanging.mark_read(tx, grant, exchange_id))
        return threads.opened(self.store, grant, exchange_id)

    @declared_rpc(AddExchange)
    def add_exchange(self, call: Call, asked: AddExchange) -> ExchangeSent:
        grant, seen = self._granted(call, asked.grant), UUID(asked.seen) if asked.seen else None

        def add(tx: Transaction) -> ExchangeSent:
            return exchanging.add_exchange(tx, grant, self.store.ids.new(), asked.text, seen=seen)

        return self.store.run_declared(grants.command(call, grant), ExchangeSent, add)

    @declared_rpc(KeepBegunMessage)
    def keep_begun_message(self, call: Call, asked: KeepBegunMessage) -> Done:
        """What the applicant's side has written so far and not sent."""
        return begun_messages.keep(self.store, call, self._granted(call, asked.grant), asked)

    @declared_rpc(ListMails)
    def emails(self, call: Call, asked: ListMails) -> tuple[MailToApplicant, ...]:
        return letter_views.emails(self.store, self._granted(call, asked.grant))

    @declared_rpc(paper.ListLetters)
    def letters(self, call: Call, asked: paper.ListLetters) -> paper.WaitingLetters:
        return letter_views.waiting(self.store, call.actor, asked.page)

    @declared_rpc(paper.CountLetters)
    def letters_waiting(self, call: Call, asked: paper.CountLetters) -> paper.LettersCount:
        return letter_views.count(self.store, call.actor)

    @declared_rpc(paper.ReadLetter)
    def letter(self, call: Call, asked: paper.ReadLetter) -> paper.Letter:
        letter_id = UUID(asked.letter_id) if asked.letter_id else None
        grant = self._granted(call, asked.grant)
        return printing.read(self.store, self.rpc, self.definitions, grant, letter_id, asked.enclosed)

    @declared_rpc(paper.PrintLetter)
    def print_letter(self, call: Call, asked: paper.PrintLetter) -> paper.LetterPrinted:
        grant = self._granted(call, asked.grant)
        command, letter_id = grants.command(call, grant), UUID(asked.letter_id)
        return printing.print_out(self.store, self.rpc, self.definitions, command, grant, letter_id, asked.enclosed)

    @declared_rpc(paper.DeliverLetter)
    def deliver_letter(self, call: Call, asked: paper.DeliverLetter) -> paper.LetterDelivery:
        """« Remis » or « Posté »."""
        grant, letter_id, way = self._granted(call, asked.grant), UUID(asked.letter_id), State(asked.way)
        command = grants.command(call, grant)
        return self.store.run_declared(
            command, paper.LetterDelivery, lambda tx: letters.deliver(tx, grant, letter_id, way)
        )

    read_own_threads = answers(held.ReadOwnThreads, own_data.own_threads)
    read_own_mails = answers(held.ReadOwnMails, own_data.own_mails)

    @declared_rpc(ImportExchanges)
    def import_exchanges(self, call: Call, asked: ImportExchanges) -> ExchangesImported:
        return self.store.run_declared(
            call, ExchangesImported, lambda tx: exchanging.import_exchanges(tx, asked.exchanges)
        )

    @declared_rpc(TryMail)
    def try_mail(self, call: Call, asked: TryMail) -> MailTried:
        reason = try_out(self.store, self.mailer, self.definitions, asked.recipient)
        return MailTried(server=self.mailer.server, reason=reason)

    @every(600)
    def forget_mailboxes(self) -> None:
        with self.store.transaction() as tx:
            mailbox_share.forget(tx)

    @every(3600)
    def forget_begun_messages(self) -> None:
        with self.store.transaction() as tx:
            begun_messages.forget(tx)

    @woken(use_cases.DUE, spaced=0.4, at_latest=30)
    def send_what_is_owed(self) -> float | None:
        """Those that are due; in how many seconds the next one will be."""
        return send_due(self.store, self.rpc, self.mailer, self.definitions)

    def _granted(self, call: Call, token: str) -> grants.Grant:
        return grants.read(self.store.settings, token, call.actor)
