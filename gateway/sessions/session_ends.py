"""Subscribes to SessionEnded, so that a session closed anywhere is closed here within a second; and to what happens to requests
while agents look at lists of them."""

import time

import amqp

from gateway.sessions.identity import Sessions
from gateway.sessions.list_changes import ListChanges
from services.accounts.schemas.facts import SessionEnded
from services.chassis import logs
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import Undecodable, received, unpack
from services.chassis.contracts import Misfit
from services.messaging.schemas import facts as messaging
from services.requests.schemas import facts as requests

EXCHANGE = "accounts.events"
OF_REQUESTS = "requests.events"
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
KEPT_UNREAD = 100
"""Of those that came while this process was busy, the latest; one would do."""
REST_SECONDS = 1.0
HEARTBEAT_SECONDS = 10
"""Shorter than that of other connections: until it is missed, a broker that stopped answering looks like one without events."""

log = logs.get_logger("gateway")


class SessionEnds:
    """One exclusive queue per gateway. While there is no connection to it, no session is remembered."""

    def __init__(self, amqp_url: str, sessions: Sessions, changes: ListChanges | None = None) -> None:
        self._sessions = sessions
        self._changes = changes or ListChanges()
        self._follows = False  # whether it receives what happens to requests
        self._connection = BrokerConnection(amqp_url, on_open=self._subscribe, heartbeat=HEARTBEAT_SECONDS)
        self._stopped = False

    def listen(self) -> None:
        """Until stopped; a lost connection is made again."""
        while not self._stopped:
            try:
                self._connection.open()
                self._sessions.subscribed(True)
                while not self._stopped:
                    self._connection.drain(self._connection.patience)
                    if self._changes.wanted() != self._follows:
                        self._follow()
            except BrokerDown as error:
                self._sessions.subscribed(False)
                if self._stopped:
                    return
                log.warning("sessions_unheard", error=str(error))
                time.sleep(REST_SECONDS)

    def stop(self) -> None:
        self._stopped = True
        self._connection.end()

    def _follow(self) -> None:
        """Begins to receive what happens to requests, or ends it when no list is looked at any more. Raises BrokerDown."""
        channel = self._connection.open()
        if self._follows:
            self._connection.exclusively(lambda: channel.basic_cancel(LISTS))  # with its last reader the queue goes
        else:
            self._connection.exclusively(lambda: self._follow_by(channel))
            self._changes.happened()
        self._follows = not self._follows

    def _follow_by(self, channel: amqp.Channel) -> None:
        channel.exchange_declare(OF_REQUESTS, "topic", durable=True, auto_delete=False)
        bound = {"x-max-length": KEPT_UNREAD}
        queue = channel.queue_declare("", exclusive=True, durable=False, auto_delete=True, arguments=bound).queue
        for fact in CHANGES_A_LIST:
            channel.queue_bind(queue, OF_REQUESTS, fact.__name__)
        channel.basic_consume(queue, LISTS, no_ack=True, callback=lambda _: self._changes.happened())

    def _subscribe(self, channel: amqp.Channel) -> None:
        self._follows = False
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        queue = channel.queue_declare("", exclusive=True, durable=False, auto_delete=True).queue
        channel.queue_bind(queue, EXCHANGE, SessionEnded.__name__)
        channel.basic_consume(queue, no_ack=True, callback=self._receive)

    def _receive(self, message: amqp.Message) -> None:
        try:
            self._sessions.forget(received(SessionEnded, unpack(message.body)).fact.session)
        except (Undecodable, Misfit):
            log.warning("session_end_unread")
            self._sessions.subscribed(True)  # forgets all: it may have been about any of them
