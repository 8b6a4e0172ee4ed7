"""What a service offers: `@rpc` methods and `@every` timers. The only nameko entrypoints that our services use."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from marshmallow import Schema, ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.rpc import Rpc, RpcConsumer
from nameko.timer import Timer

from services.chassis import wire
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Invalid, Refusal, to_wire
from services.chassis.link import Link, LinkDown
from services.chassis.logs import get_logger

log = get_logger(__name__)

CLAIM = """
INSERT INTO timers (name, ran_at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at
WHERE timers.ran_at <= excluded.ran_at - make_interval(secs => %(seconds)s)
RETURNING name
"""


class LeanRpcConsumer(RpcConsumer):
    """Answers transiently and without a confirm: a lost answer is a time-out, which the caller has to handle anyway."""

    def setup(self) -> None:
        super().setup()
        settings = self.container.config["settings"]
        self._rpc_key = settings.rpc_key
        self._replies = Link(settings.amqp_url)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = {"exc_type": exc_info[0].__name__} if exc_info else None
        try:
            self._replies.publish(
                wire.seal(self._rpc_key, {"result": result, "error": error}),
                exchange="nameko-rpc",
                routing_key=message.properties["reply_to"],
                content_type=wire.CONTENT_TYPE,
                content_encoding="binary",
                correlation_id=message.properties.get("correlation_id"),
            )
        except LinkDown:
            log.warning("reply_lost")
        self.queue_consumer.ack_message(message)
        return result, exc_info


class Entry(Rpc):
    """nameko's RPC entrypoint with the lean consumer; the one argument is checked by the schema, not by inspection."""

    rpc_consumer = LeanRpcConsumer()

    def handle_message(self, body: Any, message: Any) -> None:
        def answer(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            return self.handle_result(message, worker_ctx, result, exc_info)

        try:
            self.container.spawn_worker(self, body["args"], {}, handle_result=answer)
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


def rpc(arguments: type[Schema] | None = None) -> Callable[[Callable[[Any, Call], Any]], Callable[[Any, Any], Any]]:
    """Offers a method to other processes. It receives a Call whose body the schema has loaded; without a schema, `{}`.

    A refusal is an answer, told to the caller in its wire form. Anything else that is raised is a defect: the caller hears
    that it failed, and the log keeps where.
    """
    schema = arguments() if arguments else Schema()

    def decorate(method: Callable[[Any, Call], Any]) -> Callable[[Any, Any], Any]:
        @wraps(method)
        def entry(service: Any, message: dict[str, Any]) -> dict[str, Any]:
            return _answered(service, method, schema, message)

        return Entry.decorator(entry)

    return decorate


def _answered(
    service: Any, method: Callable[[Any, Call], Any], schema: Schema, message: dict[str, Any]
) -> dict[str, Any]:
    started = time.perf_counter()
    outcome = "ok"
    try:
        return {"answer": method(service, _call(schema, message))}
    except Refusal as refusal:
        outcome = refusal.code
        return {"refusal": to_wire(refusal)}
    except Exception as defect:
        outcome = "failed"
        # The type and the place, never the message: it may quote what a person typed.
        log.error("defect", method=method.__name__, error=type(defect).__name__, where=_place(defect))
        return {"failure": type(defect).__name__}
    finally:
        log.info(
            "call",
            service=service.name,
            method=method.__name__,
            ms=round((time.perf_counter() - started) * 1000, 1),
            outcome=outcome,
            correlation_id=message.get("correlation_id"),
        )


def _call(schema: Schema, message: dict[str, Any]) -> Call:
    try:
        body = schema.load(message["body"])
    except ValidationError as error:
        raise Invalid(fields=_flat(error.normalized_messages())) from None
    return Call(
        actor=Actor.from_json(message["actor"]),
        body=body,
        command_id=message.get("command_id"),
        correlation_id=message.get("correlation_id"),
    )


def _flat(messages: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """marshmallow's nested messages as one sentence for each dotted name."""
    flat: dict[str, str] = {}
    for name, message in messages.items():
        path = f"{prefix}.{name}" if prefix else str(name)
        if isinstance(message, dict):
            flat |= _flat(message, path)
        else:
            flat[path] = " ".join(str(part) for part in message)
    return flat


def _place(defect: BaseException) -> str:
    trace = defect.__traceback__
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-6:]))


def every(seconds: float, *, alone: bool = True) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Runs a method of the service each so many seconds, after the one before it has ended.

    `alone`: over all replicas together, claimed in the table `timers` through the service's `store`. A refusal or a
    failure is logged, and the next turn comes all the same.
    """

    def decorate(method: Callable[[Any], None]) -> Callable[[Any], None]:
        @wraps(method)
        def turn(service: Any) -> None:
            try:
                if not alone or _claimed(service, method.__name__, seconds):
                    method(service)
            except Refusal as refusal:
                log.warning("timer_refused", timer=method.__name__, outcome=refusal.code)
            except Exception as defect:
                log.error("timer_failed", timer=method.__name__, error=type(defect).__name__, where=_place(defect))

        return Timer.decorator(interval=seconds)(turn)

    return decorate


def _claimed(service: Any, name: str, seconds: float) -> bool:
    with service.store.read() as conn:
        params = {"name": name, "now": service.store.clock.now(), "seconds": seconds * 0.9}
        return conn.execute(CLAIM, params).fetchone() is not None
