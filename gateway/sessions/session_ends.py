"""Subscribes to SessionEnded, so that a session closed anywhere is closed here within a second."""

import time
from typing import Any

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
"""Sooner than other links notice it: while a broker that stands still is taken for a quiet one, no end of a session is heard."""

log = logs.get_logger("gateway")


class SessionEnds:
    """One exclusive queue per gateway. While it cannot be heard, no session is remembered at all."""

    def __init__(self, amqp_url: str, sessions: Sessions) -> None:
        self._sessions = sessions
        self._link = BrokerConnection(amqp_url, on_open=self._subscribe, heartbeat=HEARTBEAT_SECONDS)
        self._stopped = False

    def listen(self) -> None:
        """Until stopped; a lost connection is made again."""
        while not self._stopped:
            try:
                self._link.open()
                self._sessions.hear(True)
                while not self._stopped:
                    self._link.drain(0.6 * HEARTBEAT_SECONDS)
            except BrokerDown as error:
                self._sessions.hear(False)
                if self._stopped:
                    return
                log.warning("sessions_unheard", error=str(error))
                time.sleep(REST_SECONDS)

    def stop(self) -> None:
        self._stopped = True
        self._link.end()

    def _subscribe(self, channel: amqp.Channel) -> None:
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        queue = channel.queue_declare("", exclusive=True, durable=False, auto_delete=True).queue
        channel.queue_bind(queue, EXCHANGE, SessionEnded.__name__)
        channel.basic_consume(queue, no_ack=True, callback=self._hear)

    def _hear(self, message: Any) -> None:
        try:
            self._sessions.forget(received(SessionEnded, unpack(message.body)).fact.session)
        except (Undecodable, Misfit):
            log.warning("session_end_unread")
            self._sessions.hear(False)  # whose it is is not known: all are looked up anew
            self._sessions.hear(True)
