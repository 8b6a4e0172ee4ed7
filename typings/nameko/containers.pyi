from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from nameko.extensions import Entrypoint, Extension

from services.chassis.event_store.store import Store
from services.chassis.settings import Settings

class Config(TypedDict):
    settings: Settings
    store: Store

class ServiceContainer:
    """`config`: as `services.chassis.process.run` fills it."""

    config: Config
    service_name: str
    max_workers: int
    @property
    def extensions(self) -> Iterable[Extension]: ...
    def __init__(self, service_cls: type, config: Mapping[str, Any] | None = ...) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self) -> None: ...
    def spawn_managed_thread(self, fn: Callable[[], Any], identifier: str | None = ...) -> Any: ...
    def spawn_worker(
        self,
        entrypoint: Entrypoint,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        context_data: Mapping[str, Any] | None = ...,
        handle_result: Callable[[Any, Any, Any], tuple[Any, Any]] | None = ...,
    ) -> Any: ...
