"""What a service offers: calls (`answers`, `@declared_rpc`), `@every` timers and `@woken` loops (`runs`). The only nameko entrypoints
that our services use."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, TypeVarTuple

import orjson
from eventlet.event import Event
from marshmallow import Schema, ValidationError
from nameko.extensions import Entrypoint
from nameko.timer import Timer

from services.chassis import contracts, metrics, town_id
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Invalid, Refusal
from services.chassis.event_store.signals import Signal
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.failures import place_of
from services.chassis.logs import get_logger
from services.chassis.rpc.server import Entry
from services.chassis.rpc.text_direction import strip_bidi_in_document
from services.chassis.rpc.wire import to_wire
from services.chassis.settings import Settings

log = get_logger(__name__)

A = TypeVar("A")
C = TypeVar("C", bound=contracts.RemoteCall[Any])
P = TypeVarTuple("P")
Q = ParamSpec("Q")
R = TypeVar("R")

CLAIM = """
INSERT INTO timers (name, ran_at) VALUES (%(name)s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at
WHERE timers.ran_at <= excluded.ran_at - make_interval(secs => %(seconds)s)
RETURNING name
"""


class Declared(Protocol[C, A]):  # pyright: ignore[reportInvalidTypeVarUse]
    """The class of a call. Invariant: a function answers exactly what is asked with exactly what is declared."""

    def from_body(self, body: dict[str, Any]) -> C: ...
    def answer(self) -> type[A]: ...


def answers(asked: Declared[C, A], act: Callable[[Store, Call, C, *P], A], *given: *P) -> "_OfStore":
    """Offers a declared call by one function: `end_session = answers(EndSession, use_cases.end_session)`.

    The function takes the service's `store`, the call, what is asked, and what a worker finds in place of the providers
    `given`, which are attributes of the same class. The name of the attribute is that of the call.
    """
    declared: Any = asked
    return _OfStore(declared_rpc(declared), act, given)


def runs(turns: Callable[[Callable[[Any], R]], Any], act: Callable[[Store, *P], R], *given: *P) -> "_OfStore":
    """The turns of a timer or a loop, by one function: `archive_closed = runs(every(300), lifecycle.archive_closed)`.

    The function takes `store` and `given` as that of `answers` does; what it gives is, in a loop, the seconds until it is due
    again. The name of the attribute is that of the timer.
    """
    return _OfStore(turns, act, given)


class _OfStore:
    """Puts the entrypoint in its own place: nameko takes functions of the class only."""

    def __init__(self, entrypoint: Callable[[Any], Any], act: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self._entrypoint, self._act, self._given = entrypoint, act, given

    def __set_name__(self, cls: type, name: str) -> None:
        attributes = {id(value): attribute for attribute, value in vars(cls).items()}
        names = [attributes[id(one)] for one in self._given]
        act = self._act

        def method(service: Any, *asked: Any) -> Any:
            return act(service.store, *asked, *(getattr(service, one) for one in names))

        method.__name__ = name
        setattr(cls, name, self._entrypoint(method))


def viewing(view: Callable[[Transaction, Settings, C, *P], A]) -> Callable[[Store, Call, C, *P], A]:
    """A query for `answers`, of a function that reads through `Store.viewing`."""

    def act(store: Store, call: Call, asked: C, *given: *P) -> A:
        with store.viewing(call.actor) as tx:
            return view(tx, store.settings, asked, *given)

    return act


def once(use_case: Callable[[Transaction, Settings, C, *P], A]) -> Callable[[Store, Call, C, *P], A]:
    """A command for `answers`, of a function that runs in one transaction, once for each command id (`Store.run`)."""

    def act(store: Store, call: Call, asked: C, *given: *P) -> A:
        return store.run_declared(call, asked.answer(), lambda tx: use_case(tx, store.settings, asked, *given))

    return act


def done(use_case: Callable[Q, None]) -> Callable[Q, contracts.Done]:
    """For a use case whose command answers nothing."""

    def act(*args: Q.args, **kwargs: Q.kwargs) -> contracts.Done:
        use_case(*args, **kwargs)
        return contracts.Done()

    return act


def declared_rpc(
    asked: type[contracts.RemoteCall[A]],
) -> Callable[[Callable[[Any, Call, Any], A]], Callable[[Any, Any], Any]]:
    """Offers a method that is declared in the service's `schemas`; it receives the Call, and what was asked as that class.

    What it answers is of the declared class too. An argument that the declaration does not know is left out: a gateway of the
    next release may send it. A refusal is an answer, in its wire form. Anything else that is raised is a defect: the caller
    learns that it failed, and the log keeps where.
    """
    schema = contracts.schema_of(asked)

    def decorate(method: Callable[[Any, Call, Any], A]) -> Callable[[Any, Any], Any]:
        if method.__name__ != asked.method():
            raise TypeError(f"{asked.__name__} is the call {asked.method()}, not {method.__name__}")

        @wraps(method)
        def entry(service: Any, message: dict[str, Any]) -> dict[str, Any]:
            return _answered(service, asked, method, schema, message)

        return Entry.decorator(entry)

    return decorate


def _answered(
    service: Any,
    asked: type[contracts.RemoteCall[A]],
    method: Callable[[Any, Call, Any], A],
    schema: Schema,
    message: dict[str, Any],
) -> dict[str, Any]:
    started = time.perf_counter()
    name, outcome = asked.method(), "ok"
    town_id.learn(message.get("town"))
    try:
        # Serialised here: an answer that JSON cannot hold then counts as a defect of this call.
        return {"answer": orjson.Fragment(orjson.dumps(method(service, *_received(asked, schema, message))))}
    except Refusal as refusal:
        outcome = refusal.code
        return {"refusal": to_wire(refusal)}
    except Exception as defect:
        outcome = "failed"
        # The type and the place, never the message: it may quote what a person typed.
        log.error(
            "defect",
            method=name,
            error=type(defect).__name__,
            where=place_of(defect),
            correlation_id=message.get("correlation_id"),
        )
        return {"failure": type(defect).__name__}
    finally:
        seconds = time.perf_counter() - started
        metrics.answered(service.name, name, outcome, seconds)
        log.info(
            "call",
            service=service.name,
            method=name,
            ms=round(seconds * 1000, 1),
            outcome=outcome,
            correlation_id=message.get("correlation_id"),
        )


def _received(asked: type[contracts.RemoteCall[A]], schema: Schema, message: dict[str, Any]) -> tuple[Call, Any]:
    """The call, and what is asked as its class; raises Invalid."""
    try:
        body: Any = schema.load(strip_bidi_in_document(message["body"]))
        said = asked.from_body(body)
    except ValidationError as error:
        raise Invalid(fields=_flat(error.normalized_messages())) from None
    except contracts.Misfit as misfit:
        raise Invalid(fields=dict.fromkeys(misfit.paths, "Cette valeur ne convient pas.")) from None
    call = Call(
        method=asked.method(),
        actor=contracts.from_json(Actor, message["actor"]),
        body=body,
        command_id=message.get("command_id"),
        correlation_id=message.get("correlation_id"),
        declared=asked,
        town=message.get("town"),
    )
    return call, said


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


def every(seconds: float) -> Callable[[Callable[[Any], object]], Callable[[Any], None]]:
    """Runs a method of the service each so many seconds, over all replicas together (claimed in the table `timers`, by the
    clock of the database), after the one before it has ended. A refusal or a failure is logged, and the next turn comes all the same."""

    def decorate(method: Callable[[Any], object]) -> Callable[[Any], None]:
        @wraps(method)
        def turn(service: Any) -> None:
            with _logged(method):
                if _claimed(service, method.__name__, seconds):
                    method(service)

        return Timer.decorator(interval=seconds)(turn)

    return decorate


def woken(
    by: str, *, spaced: float, at_latest: float
) -> Callable[[Callable[[Any], float | None]], Callable[[Any], float | None]]:
    """Runs a method of the service when a commit of this process sets the signal `by` (`Transaction.wake`).

    It also runs when the seconds that it gave have passed, and after `at_latest` ones, for what another replica left behind;
    never sooner than `spaced` seconds after its last turn. A refusal or a failure is logged, and tried again after `spaced`.
    """

    def decorate(method: Callable[[Any], float | None]) -> Callable[[Any], float | None]:
        @wraps(method)
        def turn(service: Any) -> float | None:
            with _logged(method):
                return method(service)
            return spaced

        return Woken.decorator(by, spaced, at_latest)(turn)

    return decorate


class Woken(Entrypoint):
    """One loop, in a worker of the container for each of its turns."""

    def __init__(self, by: str, spaced: float, at_latest: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._by, self._spaced, self._at_latest = by, spaced, at_latest
        self._stopping = Signal()
        self._stopped = False

    def setup(self) -> None:
        self._signal = self.container.config["store"].signals.of(self._by)

    def start(self) -> None:
        self._loop = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        self._stopped = True
        self._stopping.set()
        self._signal.set()
        self._loop.wait()

    def kill(self) -> None:
        self._loop.kill()

    def _run(self) -> None:
        while not self._stopped:
            again = self._turn()
            self._stopping.wait(self._spaced)
            if not self._stopped:
                wait = self._at_latest if again is None else min(again, self._at_latest)
                self._signal.wait(max(0.0, wait - self._spaced))

    def _turn(self) -> float | None:
        ended = Event()

        def end(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            ended.send(result)
            return result, exc_info

        self.container.spawn_worker(self, (), {}, handle_result=end)
        result: Any = ended.wait()
        return result


@contextmanager
def _logged(method: Callable[..., Any]) -> Generator[None]:
    """Nothing that a turn raises ends its timer."""
    try:
        yield
    except Refusal as refusal:
        log.warning("timer_refused", timer=method.__name__, outcome=refusal.code)
    except Exception as defect:
        log.error("timer_failed", timer=method.__name__, error=type(defect).__name__, where=place_of(defect))


def _claimed(service: Any, name: str, seconds: float) -> bool:
    with service.store.read() as conn:
        params = {"name": name, "seconds": seconds * 0.9}
        return conn.execute(CLAIM, params).fetchone() is not None
