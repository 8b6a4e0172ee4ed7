"""How the gateway asks a service: one call, one actor, one deadline for the whole HTTP request."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from services.chassis import contracts
from services.chassis.actors import Actor
from services.chassis.errors import Unavailable
from services.chassis.rpc.client import NO_SUCH_METHOD, answer_of

Json = dict[str, Any]
CommandId = UUID | str
A = TypeVar("A")

ANYONE = Actor(kind="visitor", id="anyone")
"""On whose behalf is asked what is the same for everyone: also where it cannot be known who asks."""
PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.1
USUAL_TIMEOUT_SECONDS = 4.0
GLIMPSE_SECONDS = 1.0
"""How long a question may take whose answer a page can do without; in proportion where calls may take longer than usual."""
REST_SECONDS = 5.0
"""For how long a service that did not answer such a question is asked no other one."""
SHORTEST_CALL_SECONDS = 0.2


class Caller(Protocol):
    """What the chassis' RpcClient offers."""

    def call(
        self,
        method: str,
        body: Json,
        *,
        actor: Actor,
        command_id: CommandId | None = None,
        correlation_id: str | None = None,
        timeout: float = 4.0,
    ) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Asking:
    """On whose behalf we ask, for which HTTP request, and the monotonic second after which nobody waits any more.

    `brief_until`: the second after which no question is asked any more whose answer the page can do without. `address`:
    where that request came from, for the one service that counts attempts.
    """

    actor: Actor
    correlation_id: str
    deadline: float
    brief_until: float = float("inf")
    address: str = ""


class Silences:
    """Which services did not answer a moment ago, and until when each is left alone. Shared by all HTTP requests."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._slow: set[str] = set()

    def failed(self, service: str, until: float) -> None:
        """The second time in a row, it is left alone: one slow answer is no silence."""
        if service in self._slow:
            self._until[service] = until
        self._slow.add(service)

    def answered(self, service: str) -> None:
        self._slow.discard(service)

    def lasts(self, service: str, now: float) -> bool:
        return now < self._until.get(service, now)

    def clear(self) -> None:
        self._until.clear()
        self._slow.clear()


class Link:
    """The way to one service; refusals come back as the classes of services.chassis.errors."""

    def __init__(
        self,
        service: str,
        rpc: Caller,
        asking: Callable[[Actor | None], Asking],
        *,
        silences: Silences | None = None,
        timeout_seconds: float = USUAL_TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._rpc = rpc
        self._asking = asking
        self._silences = silences or Silences()
        self._glimpse_seconds = GLIMPSE_SECONDS * timeout_seconds / USUAL_TIMEOUT_SECONDS
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._pause = pause

    def ask(self, method: str, *, actor: Actor | None = None, command_id: CommandId | None = None, **body: Any) -> Any:
        """The service's answer, on behalf of `actor` or else of who holds the HTTP request; a None is left out of the body.

        Queries and commands are both safe to ask again, commands because the id is kept with their outcome. So a
        call that got no answer is asked once more, and what passes in a moment is asked again for two seconds.
        Never returns later than the request's deadline plus one short call.
        """
        asking = self._asking(actor)
        body = {name: value for name, value in body.items() if value is not None}
        patient_until = self._clock() + PATIENCE_SECONDS
        may_repeat = True
        while True:
            try:
                return self._rpc.call(
                    f"{self._service}.{method}",
                    body,
                    actor=asking.actor,
                    command_id=command_id,
                    correlation_id=asking.correlation_id,
                    timeout=max(SHORTEST_CALL_SECONDS, min(self._timeout_seconds, asking.deadline - self._clock())),
                )
            except Unavailable as refusal:
                now = self._clock()
                if now >= asking.deadline:
                    raise
                if will_pass(refusal) and now < patient_until:
                    self._pause(PAUSE_SECONDS)
                elif got_no_answer(refusal) and may_repeat:
                    may_repeat = False
                else:
                    raise

    def send(
        self,
        asked: contracts.RemoteCall[A],
        *,
        actor: Actor | None = None,
        command_id: CommandId | None = None,
        brief: bool = False,
    ) -> A:
        """What the service answers to a declared call, of the type that its declaration names. `brief`: as `glimpse`, of a
        query; else as `ask`. Unavailable also where the answer does not fit its declaration."""
        about = contracts.to_json(asked)
        if brief:
            return answer_of(asked, self.glimpse(asked.method(), actor=actor, **about))
        return answer_of(asked, self.ask(asked.method(), actor=actor, command_id=command_id, **about))

    def glimpse(self, method: str, *, actor: Actor | None = None, **body: Any) -> Any:
        """The service's answer if it comes at once: asked once and not for long, and not at all after it was silent.

        For what a page can do without. Raises Unavailable like `ask`, within GLIMPSE_SECONDS.
        """
        asking = self._asking(actor)
        now = self._clock()
        left = min(self._glimpse_seconds, asking.brief_until - now, asking.deadline - now)
        if left <= 0 or self._silences.lasts(self._service, now):
            raise Unavailable(details={"method": f"{self._service}.{method}", "reason": "not asked"})
        try:
            answer = self._rpc.call(
                f"{self._service}.{method}",
                {name: value for name, value in body.items() if value is not None},
                actor=asking.actor,
                correlation_id=asking.correlation_id,
                timeout=left,
            )
        except Unavailable as refusal:
            if refusal.details.get("reason") == NO_SUCH_METHOD:
                raise  # it is not silent: what it offers besides is still asked
            if left > self._glimpse_seconds / 2:  # less says little: others have used up the time of the page
                self._silences.failed(self._service, self._clock() + REST_SECONDS)
            raise
        self._silences.answered(self._service)
        return answer

    def address(self) -> str:
        """Where the present HTTP request came from."""
        return self._asking(None).address


def got_no_answer(refusal: Unavailable) -> bool:
    """The call was lost on the way there or back: whether it had an effect is unknown."""
    return refusal.details.get("reason") in ("timeout", "broker")


def will_pass(refusal: Unavailable) -> bool:
    """A matter of a moment: a service that starts again, or has not heard yet of what another one published; a process of the
    other release, beside one that knows the method."""
    return refusal.code.endswith("not_heard_yet") or refusal.details.get("reason") in (
        "no such service",
        NO_SUCH_METHOD,
    )
