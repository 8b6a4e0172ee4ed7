"""The receiving end of calls: one connection on which a service receives them and answers, for all its entrypoints.

A call is acknowledged when it is answered: one that was in hand when its process died is given to the next, and a command
that was done then answers the same. Answers are transient and unconfirmed: a lost one is a time-out, which every caller has
to handle anyway. An answer is sealed with the key that opened its call: a caller that has only that one reads it.

Calls wait in a classic queue, which lies on one node of the broker. In a cluster (RPC_QUEUES=quorum) they wait in a quorum queue: a
classic one whose node is dead can be declared nowhere, and its service would stay deaf until that node returns. The price is that
each call is written on a majority of nodes, and so is each acknowledgement.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import amqp
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension

from services.chassis import logs
from services.chassis.bus import queues
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.clock import Clock
from services.chassis.errors import Reason
from services.chassis.rpc import wire
from services.chassis.rpc.client import EXCHANGE
from services.chassis.settings import Settings

QUEUES: Mapping[str, Mapping[str, object]] = {
    "classic": {"x-queue-type": "classic"},
    "quorum": {"x-queue-type": "quorum", "x-delivery-limit": 5},
}
"""What calls wait in, by RPC_QUEUES. The type is declared: a virtual host may make quorum queues of those that name none.

Neither is bounded in length, for each call expires when its caller waits no longer, also one that went back to the queue because
its process died. So one that ends each process that takes it comes to an end with both, and with a quorum queue at the sixth.
"""

log = logs.get_logger(__name__)


class RpcServer(SharedExtension):
    """Listens once every entrypoint is known, and stops receiving as soon as the first of them ends."""

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, Entry] = {}
        self._channel: amqp.Channel | None = None
        self._receiving = True
        self._replaces = True

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._settings = settings
        self._keys = settings.rpc_key
        self._connection = BrokerConnection(settings.amqp_url, on_open=self._opened)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._serve, identifier="rpc")

    def stop(self) -> None:
        self._receiving = False
        self._connection.end()

    def kill(self) -> None:
        self.stop()

    def needs(self) -> dict[str, Callable[[], bool]]:
        """Ready: the broker passes calls to this process."""
        return {"calls": lambda: self._channel is not None}

    def offer(self, entry: "Entry") -> None:
        self._methods[entry.method_name] = entry

    def stop_receiving(self) -> None:
        """Takes no further call; those in hand are still answered."""
        if self._receiving and self._channel is not None:
            channel = self._channel
            self._receiving = False
            self._write(lambda: channel.basic_cancel("calls", nowait=True))

    def _answer(self, message: amqp.Message, key: bytes, result: dict[str, Any]) -> None:
        """Sends the answer to the caller and takes the call off the queue."""
        try:
            self._connection.publish(
                wire.seal(key, {"result": result, "error": None, "at": Clock().now().timestamp()}),
                exchange="",
                routing_key=message.properties["reply_to"],
                content_type=wire.CONTENT_TYPE,
                content_encoding="binary",
                correlation_id=message.properties.get("correlation_id"),
            )
        except BrokerDown:
            log.warning("answer_lost")
        if message.channel is self._channel:
            self._write(lambda: message.channel.basic_ack(message.delivery_tag))

    def _serve(self) -> None:
        down = False
        while self._receiving or self._channel is not None:
            try:
                self._connection.open()
                down = False
                self._connection.drain(self._connection.patience)
            except BrokerDown as error:
                self._channel = None
                if not self._receiving:
                    return
                if not down:
                    log.warning("calls_wait", error=type(error).__name__, reason=str(error))
                down = True
                time.sleep(0.5)

    def _opened(self, channel: amqp.Channel) -> None:
        name = self.container.service_name
        queue = f"rpc-{name}"
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        self._declare(channel, queue)
        channel.queue_bind(queue, EXCHANGE, routing_key=f"{name}.*")
        channel.basic_qos(0, self.container.max_workers, False)
        self._channel = channel
        if self._receiving:
            channel.basic_consume(queue, consumer_tag="calls", callback=self._received)

    def _declare(self, channel: amqp.Channel, queue: str) -> None:
        """A queue of another kind is replaced by the process that starts. Those that run take what it made, or each would replace
        what the others made. Whose call is lost with it asks again."""
        broker, arguments = self._settings.amqp_url, QUEUES[self._settings.rpc_queues]
        try:
            queues.make(channel, broker, queue, arguments)
        except amqp.PreconditionFailed:
            if not self._replaces:
                return
            try:
                queues.replace(channel, broker, queue, arguments)
            except BrokerDown as away:
                log.warning("calls_queue_kept", reason=str(away))
                return
            log.warning("calls_queue_replaced", kind=self._settings.rpc_queues)
        self._replaces = False

    def _received(self, message: amqp.Message) -> None:
        method = message.delivery_info["routing_key"].partition(".")[2]
        entry = self._methods.get(method)
        try:
            opened, key = wire.unseal(self._keys, message.body)
            call = opened["args"][0]
        except (wire.Unreadable, LookupError, TypeError):
            log.warning("unreadable_call")
            self._write(lambda: message.channel.basic_ack(message.delivery_tag))
            return
        answer = partial(self._answer, message, key)
        if entry is not None:
            entry.begin(call, answer)
        elif method == wire.CLOCK:
            answer({"answer": {}})
        else:
            log.warning("no_such_method", method=message.delivery_info["routing_key"])
            answer({"failure": Reason.NO_SUCH_METHOD})

    def _write(self, order: Any) -> None:
        try:
            self._connection.exclusively(order)
        except BrokerDown:
            log.warning("calls_interrupted")


class Entry(Entrypoint):
    """One method that other processes may call. The one argument is checked by its schema, not by inspection."""

    server = RpcServer()

    def setup(self) -> None:
        self.server.offer(self)

    def stop(self) -> None:
        self.server.stop_receiving()

    def begin(self, call: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
        def done(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            answer(result if exc_info is None else {"failure": exc_info[0].__name__})
            return result, exc_info

        try:
            self.container.spawn_worker(self, (call,), {}, handle_result=done)
        except ContainerBeingKilled:
            log.warning("call_refused_at_stop")
