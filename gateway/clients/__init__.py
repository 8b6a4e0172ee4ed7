"""One typed class per service: the only place in the gateway where the names of RPC methods are written."""

from collections.abc import Callable

from gateway.clients.accounts import AccountsClient
from gateway.clients.content import ContentClient
from gateway.clients.documents import DocumentsClient
from gateway.clients.link import USUAL_TIMEOUT_SECONDS, Asking, Caller, CommandId, Json, Link, Silences
from gateway.clients.messaging import MessagingClient
from gateway.clients.procedures import ProceduresClient
from gateway.clients.requests import RequestsClient
from services.chassis.actors import Actor

__all__ = ["Asking", "Clients", "CommandId", "Json", "Silences"]


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

        def link(service: str) -> Link:
            return Link(service, rpc, asking, silences=shared, timeout_seconds=timeout_seconds)

        self.procedures = ProceduresClient(link("procedures"))
        self.requests = RequestsClient(link("requests"))
        self.messaging = MessagingClient(link("messaging"))
        self.documents = DocumentsClient(link("documents"))
        self.accounts = AccountsClient(link("accounts"))
        self.content = ContentClient(link("content"))
