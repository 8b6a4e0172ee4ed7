"""What nameko hands to a service: its store, the clock, ids, settings and calls to other services. One of each a process."""

from typing import Any, Protocol, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.chassis import clock
from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings

T_co = TypeVar("T_co", covariant=True)


class Gives(Protocol[T_co]):
    """A provider, by what it gives to a worker."""

    def get_dependency(self, worker_ctx: Any) -> T_co: ...


def provided(provider: Gives[T_co]) -> T_co:
    """The provider, under the type of what nameko puts in its place in a worker."""
    return cast("T_co", provider)


class Provider(DependencyProvider):
    """Serves a service class, and also another provider that names it among its own attributes."""

    def bind(self, container: Any, attr_name: str = "") -> Any:
        return super().bind(container, attr_name)


class Stores(Provider):
    """The service's Store."""

    def get_dependency(self, worker_ctx: Any) -> Store:
        return self.container.config["store"]


class Clocks(Provider):
    """A Clock."""

    def get_dependency(self, worker_ctx: Any) -> clock.Clock:
        return clock.Clock()


class Ids(Provider):
    """New ids."""

    def get_dependency(self, worker_ctx: Any) -> clock.Ids:
        return clock.Ids()


class Configured(Provider):
    """The process's Settings."""

    def get_dependency(self, worker_ctx: Any) -> Settings:
        return self.container.config["settings"]


class Rpc(Provider):
    """An RpcClient."""

    client: RpcClient

    def setup(self) -> None:
        self.client = RpcClient(self.container.config["settings"])

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> RpcClient:
        return self.client
