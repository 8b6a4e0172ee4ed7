"""Calls to another service: nameko's protocol over a connection of our own. A call ends within its time-out, whatever happens.

Works the same in a patched process, where threads are greenlets, and in an ordinary one.
"""

import queue
import threading
import time
import uuid
from typing import Any, Self, TypeVar

import amqp

from services.chassis import contracts, logs, town_id
from services.chassis.actors import Actor
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown, Busy
from services.chassis.errors import Reason, Unavailable
from services.chassis.rpc import wire
from services.chassis.settings import Settings

EXCHANGE = "nameko-rpc"
REPLY_TO = "amq.rabbitmq.reply-to"  # answers go straight to this connection: no queue, nothing on the broker's disk
UNROUTABLE: dict[str, Any] = {}
"""In place of an answer: the broker gave the call back, for no process of that service was ever there."""
REST_SECONDS = 0.5  # after a failure to connect, calls are Unavailable at once for so long

A = TypeVar("A")

log = logs.get_logger(__name__)


class ServiceFailed(RuntimeError):
    """The service met a defect of its own: not a refusal, and asking again will not help."""


class RpcClient:
    """One per process. Its connection opens at the first call."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.rpc_key
        self._timeout = settings.rpc_timeout_seconds
        self._connection = BrokerConnection(settings.amqp_url, on_open=self._listen)
        self._waiting: dict[str, queue.SimpleQueue[Any]] = {}
        self._reader: threading.Thread | None = None
        self._reader_lock = threading.Lock()
        self._rest_until = 0.0
        self._closed = False

    def call(
        self,
        method: str,
        body: dict[str, Any],
        *,
        actor: Actor,
        command_id: uuid.UUID | str | None = None,
        correlation_id: str | None = None,
        timeout: float | None = None,
    ) -> Any:
        """What `service.method` answers within `timeout` seconds.

        Raises the refusal that it answered; Unavailable where no answer came (the effect is then unknown: ask again with
        the same command id), or where the service does not offer the method; ServiceFailed where it met a defect.
        """
        reply = self._reply(
            method, body, actor, command_id, correlation_id, self._timeout if timeout is None else timeout
        )
        return _result(method, reply)

    def clock_of(self, service: str, *, actor: Actor, timeout: float) -> float:
        """The clock of the process of that service that answers, in seconds since 1970. Raises Unavailable where none answers."""
        at: float = self._reply(f"{service}.{wire.CLOCK}", {}, actor, None, None, timeout)["at"]
        return at

    def _reply(
        self,
        method: str,
        body: dict[str, Any],
        actor: Actor,
        command_id: uuid.UUID | str | None,
        correlation_id: str | None,
        timeout: float,
    ) -> dict[str, Any]:
        ends = time.monotonic() + timeout
        call_id = str(uuid.uuid4())  # noqa: TID251 -- pairs an answer with its question, decides nothing
        message = {
            "actor": contracts.to_json(actor),
            "body": body,
            "command_id": str(command_id) if command_id else None,
            "correlation_id": correlation_id or call_id,
            "town": town_id.current() or None,
        }
        answer: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._waiting[call_id] = answer
        try:
            self._ask(method, call_id, {"args": [message], "kwargs": {}}, ends)
            reply = answer.get(timeout=_left(ends))
            if isinstance(reply, BrokerDown):
                raise reply
        except queue.Empty:
            raise Unavailable(details={"method": method, "reason": Reason.TIMEOUT}) from None
        except BrokerDown as down:
            raise Unavailable(details={"method": method, "reason": Reason.BROKER}) from down
        finally:
            self._waiting.pop(call_id, None)
        if reply is UNROUTABLE:
            raise Unavailable(details={"method": method, "reason": Reason.NO_SUCH_SERVICE})
        return reply

    def close(self) -> None:
        """Ends the connection within a moment; calls in flight are Unavailable, at their time-out at the latest."""
        self._closed = True
        self._connection.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, call_id: str, message: Any, ends: float) -> None:
        self._ensure_reader(ends)
        self._connection.publish(
            wire.seal(self._keys[0], message),
            exchange=EXCHANGE,
            routing_key=method,
            mandatory=True,
            within=_left(ends),
            content_type=wire.CONTENT_TYPE,
            content_encoding="binary",
            correlation_id=call_id,
            reply_to=REPLY_TO,
            expiration=str(int(_left(ends) * 1000)),
        )

    def _listen(self, channel: amqp.Channel) -> None:
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.basic_consume(REPLY_TO, no_ack=True, callback=self._answered)
        channel.events["basic_return"].add(self._returned)

    def _answered(self, message: amqp.Message) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting is None:
            return
        try:
            waiting.put(wire.unseal(self._keys, message.body)[0])
        except wire.Unreadable:
            log.warning("unreadable_answer")  # as if it were lost

    def _returned(self, _error: Any, _exchange: str, _routing_key: str, message: amqp.Message) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting is not None:
            waiting.put(UNROUTABLE)

    def _ensure_reader(self, ends: float) -> None:
        """A live connection with a thread that reads it, within the time that the call has; raises BrokerDown."""
        if not self._reader_lock.acquire(timeout=_left(ends)):
            raise BrokerDown("another call is still connecting")
        try:
            if time.monotonic() < self._rest_until:
                raise BrokerDown("the broker could not be reached a moment ago")
            self._reach(ends)
            if self._reader is None or not self._reader.is_alive():
                self._reader = threading.Thread(target=self._read, name="rpc-replies", daemon=True)
                self._reader.start()
        finally:
            self._reader_lock.release()

    def _reach(self, ends: float) -> None:
        try:
            self._connection.open(within=_left(ends))
        except Busy:
            raise
        except BrokerDown:
            # Only a try that failed begins a rest: calls that are turned away, then or by others, say nothing of the broker.
            self._rest_until = time.monotonic() + REST_SECONDS
            raise

    def _read(self) -> None:
        while not self._closed:
            try:
                self._connection.drain(self._connection.patience)
            except BrokerDown as down:
                for waiting in list(self._waiting.values()):
                    waiting.put(down)
                return


def send(client: Any, asked: contracts.RemoteCall[A], **options: Any) -> A:
    """The answer to a declared call, asked through `client.call` with these options; raises as that."""
    return answer_of(asked, client.call(asked.rpc_name(), contracts.to_json(asked), **options))


def answer_of(asked: contracts.RemoteCall[A], answer: Any) -> A:
    """The answer as the type that the declaration of the call names; Unavailable where it does not fit: it is of another
    release, or of a defect. Its fields are logged."""
    try:
        return contracts.from_json(asked.answer(), answer)
    except contracts.Misfit as misfit:
        log.error("answer_does_not_fit", method=asked.rpc_name(), fields=str(misfit))
        raise Unavailable(details={"method": asked.rpc_name(), "reason": Reason.DOES_NOT_FIT}) from misfit


def _left(ends: float) -> float:
    """Seconds until then; a moment where it has passed, for zero would mean no limit."""
    return max(0.01, ends - time.monotonic())


def _result(method: str, reply: dict[str, Any]) -> Any:
    result = reply.get("result")
    if reply.get("error") or not isinstance(result, dict):
        raise ServiceFailed(f"{method} failed: {reply.get('error')}")
    if "refusal" in result:
        raise wire.from_wire(result["refusal"])
    if result.get("failure") == Reason.NO_SUCH_METHOD:
        raise Unavailable(details={"method": method, "reason": Reason.NO_SUCH_METHOD})
    if "failure" in result:
        raise ServiceFailed(f"{method} failed: {result['failure']}")
    return result["answer"]
