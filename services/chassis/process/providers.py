"""What nameko gives to a service: its store, which has the clock, ids and settings, and the clients of its process."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.chassis.event_store.store import Store
from services.chassis.settings import Settings

T = TypeVar("T")
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


class OfProcess(DependencyProvider, Generic[T]):
    """One for all workers, made of the settings as the process starts; `close` ends it with the process."""

    def __init__(self, make: Callable[[Settings], T], close: Callable[[T], None] = lambda _: None) -> None:
        self._make, self._close = make, close

    def setup(self) -> None:
        self._made = self._make(self.container.config["settings"])

    def stop(self) -> None:
        self._close(self._made)

    def get_dependency(self, worker_ctx: Any) -> T:
        return self._made
