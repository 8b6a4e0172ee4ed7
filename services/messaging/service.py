"""messaging as nameko runs it: its calls and its timers. Each call is one use case or one view."""

from collections.abc import Callable
from typing import ClassVar, TypeVar, TypeVarTuple

from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.process.providers import OfProcess, Stores, provided
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import answers, done, every, once, runs, viewing, woken
from services.messaging import reactions
from services.messaging.delivery.delivery_loop import send_due, try_out
from services.messaging.exchanges import begun_messages, use_cases as exchanging, views as threads
from services.messaging.letters import printing, use_cases as delivering, views as letter_views
from services.messaging.mails.channels import Channels
from services.messaging.notices import mailbox_share, use_cases
from services.messaging.personal_data import views as personal_data
from services.messaging.schemas import exchanges as exchange_calls, letters as letter_calls, mails, own_data
from services.townhall import grants
from services.townhall.grants import Grant, WithGrant, command

__all__ = ["MessagingService", "reactions"]

A = TypeVar("A")
G = TypeVar("G", bound=WithGrant)
P = TypeVarTuple("P")


def granted(act: Callable[[Store, Call, G, Grant, *P], A]) -> Callable[[Store, Call, G, *P], A]:
    """For a function that takes the grant of the call. As a command, the call is remembered with the request in its place."""

    def check(store: Store, call: Call, asked: G, *given: *P) -> A:
        grant = grants.read(store.settings, asked.grant, call.actor)
        return act(store, command(call, grant.request), asked, grant, *given)

    return check


class MessagingService:
    name: ClassVar[str] = "messaging"
    # what a worker finds here is what each provider gives out
    store = provided(Stores())
    rpc = provided(OfProcess(RpcClient, RpcClient.close))
    channels = provided(OfProcess(Channels, Channels.close))

    exchanges = answers(exchange_calls.ListExchanges, granted(viewing(threads.listed)))
    open_exchange = answers(exchange_calls.OpenExchange, granted(exchanging.open_exchange))
    add_exchange = answers(exchange_calls.AddExchange, granted(once(exchanging.add_exchange)))
    keep_begun_message = answers(exchange_calls.KeepBegunMessage, granted(once(done(begun_messages.keep))))
    import_exchanges = answers(exchange_calls.ImportExchanges, once(exchanging.import_exchanges))
    emails = answers(mails.ListMails, granted(viewing(letter_views.emails)))
    letters = answers(letter_calls.ListLetters, viewing(letter_views.waiting))
    letters_waiting = answers(letter_calls.CountLetters, viewing(letter_views.count))
    letter = answers(letter_calls.ReadLetter, granted(printing.read), rpc)
    print_letter = answers(letter_calls.PrintLetter, granted(printing.print_out), rpc)
    deliver_letter = answers(letter_calls.DeliverLetter, granted(once(delivering.deliver)))
    read_own_threads = answers(own_data.ReadOwnThreads, viewing(personal_data.own_threads))
    read_own_mails = answers(own_data.ReadOwnMails, viewing(personal_data.own_mails))
    try_mail = answers(mails.TryMail, try_out, channels)

    forget_mailboxes = runs(every(600), mailbox_share.forget)
    forget_begun_messages = runs(every(3600), begun_messages.forget)
    send_what_is_owed = runs(woken(use_cases.DUE, spaced=0.4, at_latest=30), send_due, rpc, channels)
