"""How the gateway asks the services: `clients().send(ListExchanges(grant=…))`, a call that the service declares in its
`schemas`; of requests also by a class whose methods name the calls that are not declared yet."""

from collections.abc import Callable
from typing import TypeVar

from gateway.clients.link import ANYONE, USUAL_TIMEOUT_SECONDS, Asking, Caller, CommandId, Json, Link, Silences
from gateway.clients.requests import RequestsClient
from services.chassis.actors import Actor
from services.chassis.contracts import RemoteCall

A = TypeVar("A")

__all__ = ["ANYONE", "Asking", "Clients", "CommandId", "Json", "Silences"]


class Clients:
    """Every service, asked on behalf of whoever `asking` says holds the present HTTP request."""

    def __init__(
        self,
        rpc: Caller,
        asking: Callable[[Actor | None], Asking],
        *,
        silences: Silences | None = None,
        timeout_seconds: float = USUAL_TIMEOUT_SECONDS,
    ) -> None:
        shared = silences or Silences()

        self._links = {
            service: Link(service, rpc, asking, silences=shared, timeout_seconds=timeout_seconds)
            for service in ("procedures", "requests", "messaging", "documents", "accounts", "content")
        }
        self._asking = asking

        self.requests = RequestsClient(self._links["requests"])

    def send(
        self,
        asked: RemoteCall[A],
        *,
        actor: Actor | None = None,
        command_id: CommandId | None = None,
        brief: bool = False,
    ) -> A:
        """The answer of the service that declares this call, on behalf of `actor` or else of who holds the HTTP request.

        `brief`: for what a page can do without: Unavailable after a moment.
        """
        return self._links[asked.service()].send(asked, actor=actor, command_id=command_id, brief=brief)

    def address(self) -> str:
        """Where the present HTTP request came from, for calls that count attempts."""
        return self._asking(None).address
