"""Subscribes to SessionEnded, so that a session closed anywhere is closed here within a second."""

import time

import amqp

from gateway.sessions.identity import Sessions
from services.accounts.schemas.facts import SessionEnded
from services.chassis import logs
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import Undecodable, received, unpack
from services.chassis.contracts import Misfit

EXCHANGE = "accounts.events"
REST_SECONDS = 1.0
HEARTBEAT_SECONDS = 10
"""Shorter than that of other connections: until it is missed, a broker that stopped answering looks like one without events."""

log = logs.get_logger("gateway")


class SessionEnds:
    """One exclusive queue per gateway. While there is no connection to it, no session is remembered."""

    def __init__(self, amqp_url: str, sessions: Sessions) -> None:
        self._sessions = sessions
        self._connection = BrokerConnection(amqp_url, on_open=self._subscribe, heartbeat=HEARTBEAT_SECONDS)
        self._stopped = False

    def listen(self) -> None:
        """Until stopped; a lost connection is made again."""
        while not self._stopped:
            try:
                self._connection.open()
                self._sessions.subscribed(True)
                while not self._stopped:
                    self._connection.drain(0.6 * HEARTBEAT_SECONDS)
            except BrokerDown as error:
                self._sessions.subscribed(False)
                if self._stopped:
                    return
                log.warning("sessions_unheard", error=str(error))
                time.sleep(REST_SECONDS)

    def stop(self) -> None:
        self._stopped = True
        self._connection.end()

    def _subscribe(self, channel: amqp.Channel) -> None:
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
