"""What documents asks of its neighbours, always outside a transaction."""

from collections.abc import Iterable
from uuid import UUID

from services.chassis.actors import system
from services.chassis.rpc import RpcClient

DOCUMENTS = system("documents")


def alive(neighbours: RpcClient, request_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those that are still a draft, or have become a request."""
    asked = [str(one) for one in request_ids]
    answer = neighbours.call("requests.drafts_alive", {"ids": asked}, actor=DOCUMENTS)
    return frozenset(UUID(one) for one in answer["alive"])
