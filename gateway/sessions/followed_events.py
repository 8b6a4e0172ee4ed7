"""Subscribes to SessionEnded and to what is published, so that a session closed anywhere is closed here within a second, and a change of
the town is shown; and to what happens to requests while agents look at lists of them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import amqp

from gateway.sessions.identity import Sessions
from gateway.sessions.list_changes import ListChanges
from gateway.sessions.published_changes import PublishedChanges
from services.accounts.schemas.facts import SessionEnded
from services.chassis import logs
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import Undecodable, received, unpack
from services.chassis.contracts import Misfit
from services.content.schemas import facts as content
from services.messaging.schemas import facts as messaging
from services.procedures.schemas import facts as procedures
from services.requests.schemas import facts as requests

LISTS = "lists"
"""By which the broker knows who reads what happens to requests."""
CHANGES_A_LIST = (
    requests.RequestSubmitted,
    requests.RequestStatusChanged,
    requests.RequestCancelled,
    requests.RequestErased,
    requests.AppointmentBooked,
    requests.AppointmentRescheduled,
    requests.AppointmentCancelled,
    requests.AttestationRequested,
    requests.ErasureRequested,
    requests.ErasureAnswered,
    messaging.ExchangeAdded,  # requests repeats these under their own names
    messaging.ExchangeRead,
)
"""The facts of requests after which a list may look otherwise."""
CHANGES_WHAT_IS_KEPT: Mapping[str, Sequence[type[object]]] = {
    "procedures": (
        procedures.TownPublished,
        procedures.ProcedurePublished,
        procedures.ProcedureWithdrawn,
        procedures.AgendaPublished,
    ),
    "content": (content.NewsPublished, content.NewsWithdrawn),
    "requests": (requests.QuotaReached,),
}
"""The facts, by their service, after which what the gateway keeps for all readers may be otherwise."""
KEPT_UNREAD = 100
"""Of those whose coming alone counts, the latest that came while this process was busy; one would do."""
REST_SECONDS = 1.0
HEARTBEAT_SECONDS = 10
"""Shorter than that of other connections: until it is missed, a broker that stopped answering looks like one without events."""

log = logs.get_logger("gateway")


class FollowedEvents:
    """Exclusive queues of one gateway. While there is no connection to them, no session is remembered, nor for long what is published."""

    def __init__(
        self,
        amqp_url: str,
        sessions: Sessions,
        changes: ListChanges | None = None,
        published: PublishedChanges | None = None,
    ) -> None:
        self._sessions = sessions
        self._changes = changes or ListChanges()
        self._published = published or PublishedChanges()
        self._follows = False  # whether it receives what happens to requests
        self._connection = BrokerConnection(amqp_url, on_open=self._subscribe, heartbeat=HEARTBEAT_SECONDS)
        self._stopped = False

    def listen(self) -> None:
        """Until stopped; a lost connection is made again."""
        while not self._stopped:
            try:
                self._connection.open()
                self._subscribed(True)
                while not self._stopped:
                    self._connection.drain(self._connection.patience)
                    if self._changes.wanted() != self._follows:
                        self._follow()
            except BrokerDown as error:
                self._subscribed(False)
                if self._stopped:
                    return
                log.warning("events_not_followed", error=str(error))
                time.sleep(REST_SECONDS)

    def stop(self) -> None:
        self._stopped = True
        self._connection.end()

    def _subscribed(self, subscribed: bool) -> None:
        self._sessions.subscribed(subscribed)
        self._published.subscribed(subscribed)

    def _follow(self) -> None:
        """Begins to receive what happens to requests, or ends it when no list is looked at any more. Raises BrokerDown."""
        channel = self._connection.open()
        if self._follows:
            self._connection.exclusively(lambda: channel.basic_cancel(LISTS))  # with its last reader the queue goes
        else:
            self._connection.exclusively(
                lambda: _count(channel, {"requests": CHANGES_A_LIST}, self._changes.happened, LISTS)
            )
            self._changes.happened()
        self._follows = not self._follows

    def _subscribe(self, channel: amqp.Channel) -> None:
        self._follows = False
        queue = _queue_of(channel, {"accounts": [SessionEnded]})
        channel.basic_consume(queue, no_ack=True, callback=self._receive)
        _count(channel, CHANGES_WHAT_IS_KEPT, self._published.happened)

    def _receive(self, message: amqp.Message) -> None:
        try:
            self._sessions.forget(received(SessionEnded, unpack(message.body)).fact.session)
        except (Undecodable, Misfit):
            log.warning("session_end_unread")
            self._sessions.subscribed(True)  # forgets all: it may have been about any of them


def _count(
    channel: amqp.Channel,
    followed: Mapping[str, Iterable[type[object]]],
    happened: Callable[[], None],
    consumer: str = "",
) -> None:
    """Calls `happened` for each event of these types that comes."""
    queue = _queue_of(channel, followed, {"x-max-length": KEPT_UNREAD})
    channel.basic_consume(queue, consumer, no_ack=True, callback=lambda _: happened())


def _queue_of(
    channel: amqp.Channel, followed: Mapping[str, Iterable[type[object]]], bounds: Mapping[str, int] | None = None
) -> str:
    """A new queue of this connection, which ends with its last reader, with the events of these types of each service."""
    queue: str = channel.queue_declare("", exclusive=True, durable=False, auto_delete=True, arguments=bounds).queue
    for service, facts in followed.items():
        exchange = f"{service}.events"
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        for fact in facts:
            channel.queue_bind(queue, exchange, fact.__name__)
    return queue
