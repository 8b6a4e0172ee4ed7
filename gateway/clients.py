"""How the gateway calls services: `clients().send(ListExchanges(grant=…))`, a call that the service declares in its `schemas`."""

import time
from collections.abc import Callable
from dataclasses import field
from typing import Protocol, TypeVar
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.contracts import Json as Json, RemoteCall, to_json
from services.chassis.errors import Reason, Unavailable
from services.chassis.rpc.client import answer_of
from services.chassis.structs import Struct

CommandId = UUID | str
A = TypeVar("A")

ANYONE = Actor(kind="visitor", id="anyone")
"""The actor of what is the same for everyone: also where the reader cannot be known."""
RETRY_SECONDS = 2.0
PAUSE_SECONDS = 0.1
USUAL_TIMEOUT_SECONDS = 4.0
BRIEF_SECONDS = 1.0
"""The timeout of a brief call; in proportion where calls may take longer than usual."""
OPEN_SECONDS = 5.0
"""For how long a service that did not answer brief calls gets none."""
SHORTEST_CALL_SECONDS = 0.2
PASSING = frozenset({Reason.NOT_KNOWN_YET, Reason.NO_SUCH_SERVICE, Reason.NO_SUCH_METHOD})
"""Reasons that pass in a moment: a service that starts again, or does not know yet what another one published; a process of
the other release, beside one that knows the method."""
NO_ANSWER = frozenset({Reason.TIMEOUT, Reason.BROKER})
"""The call was lost on the way there or back: whether it had an effect is unknown."""


class Caller(Protocol):
    """What the chassis' RpcClient offers."""

    def call(
        self,
        method: str,
        body: dict[str, object],
        *,
        actor: Actor,
        command_id: CommandId | None = None,
        correlation_id: str | None = None,
        timeout: float = 4.0,
    ) -> object: ...


class RequestContext(Struct):
    """On whose behalf and for which HTTP request a service is called. `deadline`: the monotonic second after which no call
    begins; `brief_until`: the same of brief calls. `address`: of the HTTP request, for calls that count attempts. `silent`: the services
    that gave it no answer by then, for all of its calls; `missed`: those whose answer to a brief call it goes without, for whatever reason."""

    actor: Actor
    correlation_id: str
    deadline: float
    brief_until: float = float("inf")
    address: str = ""
    silent: set[str] = field(default_factory=set[str])
    missed: set[str] = field(default_factory=set[str])


class CircuitBreaker:
    """Which services get no brief call, and until when. Shared by all HTTP requests."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._failed: set[str] = set()

    def failed(self, service: str, until: float) -> None:
        """Opens at the second failure in a row: one slow answer says little."""
        if service in self._failed:
            self._until[service] = until
        self._failed.add(service)

    def answered(self, service: str) -> None:
        self._failed.discard(service)

    def is_open(self, service: str, now: float) -> bool:
        return now < self._until.get(service, now)

    def clear(self) -> None:
        self._until.clear()
        self._failed.clear()


class Clients:
    """Every service, called on behalf of the actor that `context` gives for the present HTTP request."""

    def __init__(
        self,
        rpc: Caller,
        context: Callable[[Actor | None], RequestContext],
        *,
        breaker: CircuitBreaker | None = None,
        timeout_seconds: float = USUAL_TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rpc = rpc
        self._context = context
        self._breaker = breaker or CircuitBreaker()
        self._timeout_seconds = timeout_seconds
        self._brief_seconds = BRIEF_SECONDS * timeout_seconds / USUAL_TIMEOUT_SECONDS
        self._clock = clock

    def send(
        self,
        asked: RemoteCall[A],
        *,
        actor: Actor | None = None,
        command_id: CommandId | None = None,
        brief: bool = False,
    ) -> A:
        """The answer, on behalf of `actor` or else of the holder of the HTTP request; a None is left out of the body.

        Queries and commands are both safe to send again, commands because the id is kept with their outcome. So a call that
        got no answer is sent once more, and what passes in a moment is sent again for two seconds. Never returns later than
        the request's deadline plus one short call, which a service that was silent at the deadline does not get again. `brief`, of a
        query that a page can do without: sent once, for BRIEF_SECONDS at most, and not at all after the service was silent.

        Raises the service's refusals; Unavailable also where the answer does not fit its declaration.
        """
        context = self._context(actor)
        if not brief:
            return answer_of(asked, self._patient(asked, context, command_id))
        try:
            return answer_of(asked, self._brief(asked, context))
        except Exception:
            context.missed.add(asked.service())
            raise

    def address(self) -> str:
        """Where the present HTTP request came from."""
        return self._context(None).address

    def _patient(self, asked: RemoteCall[A], context: RequestContext, command_id: CommandId | None) -> object:
        retry_until = self._clock() + RETRY_SECONDS
        may_repeat = True
        while True:
            left = min(self._timeout_seconds, context.deadline - self._clock())
            if left <= 0 and asked.service() in context.silent:
                raise Unavailable(details={"method": asked.rpc_name(), "reason": Reason.NOT_ASKED})
            try:
                return self._call(asked, context, max(SHORTEST_CALL_SECONDS, left), command_id)
            except Unavailable as refusal:
                now, reason = self._clock(), refusal.details.get("reason")
                if now >= context.deadline:
                    if reason in NO_ANSWER:
                        context.silent.add(asked.service())
                    raise
                if reason in PASSING and now < retry_until:
                    time.sleep(PAUSE_SECONDS)
                elif reason in NO_ANSWER and may_repeat:
                    may_repeat = False
                else:
                    raise

    def _brief(self, asked: RemoteCall[A], context: RequestContext) -> object:
        service, now = asked.service(), self._clock()
        left = min(self._brief_seconds, context.brief_until - now, context.deadline - now)
        if left <= 0 or self._breaker.is_open(service, now):
            raise Unavailable(details={"method": asked.rpc_name(), "reason": Reason.NOT_ASKED})
        try:
            answer = self._call(asked, context, left)
        except Unavailable as refusal:
            # Without that method the service answers others; in little time left by other calls, silence says little.
            if refusal.details.get("reason") != Reason.NO_SUCH_METHOD and left > self._brief_seconds / 2:
                self._breaker.failed(service, self._clock() + OPEN_SECONDS)
            raise
        self._breaker.answered(service)
        return answer

    def _call(
        self, asked: RemoteCall[A], context: RequestContext, timeout: float, command_id: CommandId | None = None
    ) -> object:
        body: dict[str, object] = to_json(asked)
        return self._rpc.call(
            asked.rpc_name(),
            {name: value for name, value in body.items() if value is not None},
            actor=context.actor,
            command_id=command_id,
            correlation_id=context.correlation_id,
            timeout=timeout,
        )
