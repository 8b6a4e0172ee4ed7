"""What nameko gives to a service: its store, which has the clock, ids and settings, and calls to other services."""

from typing import Any, Protocol, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient

T_co = TypeVar("T_co", covariant=True)


class Gives(Protocol[T_co]):
    """A provider, by what it gives to a worker."""

    def get_dependency(self, worker_ctx: Any) -> T_co: ...


def provided(provider: Gives[T_co]) -> T_co:
    """The provider, under the type of what nameko puts in its place in a worker."""
    return cast("T_co", provider)


class Stores(DependencyProvider):
    """The service's Store."""

    def get_dependency(self, worker_ctx: Any) -> Store:
        return self.container.config["store"]


class Rpc(DependencyProvider):
    """An RpcClient."""

    client: RpcClient

    def setup(self) -> None:
        self.client = RpcClient(self.container.config["settings"])

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> RpcClient:
        return self.client
