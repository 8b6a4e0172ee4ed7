"""The gateway as a nameko service: one process, one WSGI application, one subscriber to events."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from nameko.extensions import DependencyProvider, SharedExtension

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from gateway.health import PROBE_SECONDS, nobody_answered
from gateway.http.server import Server
from gateway.sessions.followed_events import FollowedEvents
from gateway.sessions.identity import Sessions
from gateway.sessions.list_changes import ListChanges
from gateway.sessions.published_changes import PublishedChanges
from gateway.templating import compile_templates
from services.chassis import essential_threads
from services.chassis.actors import Actor
from services.chassis.clock import Ids
from services.chassis.errors import Refusal, Unavailable
from services.chassis.machine_clock import Difference, check, difference
from services.chassis.rpc.client import RpcClient
from services.chassis.service_list import service_names
from services.chassis.settings import Settings

PROBE = Actor(kind="visitor", id="probe")
PROBED = "procedures.published"
LOOK_SECONDS = 1.0  # for services that were all away at the start


class _Context(SharedExtension):
    """What both extensions use."""

    settings: Settings
    sessions: Sessions
    changes: ListChanges
    published: PublishedChanges

    def setup(self) -> None:
        self.settings = self.container.config["settings"]
        self.sessions = Sessions()
        self.changes = ListChanges(epoch=f"{Ids().new()}.")
        self.published = PublishedChanges()


class Subscriber(DependencyProvider):
    """Receives which sessions ended, and that something was published or happened to requests."""

    context = _Context()

    def start(self) -> None:
        context = self.context
        self._events = FollowedEvents(context.settings.amqp_url, context.sessions, context.changes, context.published)
        self.container.spawn_managed_thread(self._events.listen, identifier="events")

    def stop(self) -> None:
        self._events.stop()


class Web(DependencyProvider):
    """Serves pages and API."""

    context = _Context()

    def start(self) -> None:
        settings = self.context.settings
        self._rpc = RpcClient(settings)
        clients = Clients(self._rpc, request_context, timeout_seconds=settings.rpc_timeout_seconds)
        app = create_app(settings, clients, self.context.sessions, self.context.changes, self.context.published)
        compile_templates(app)
        self._server = Server(app, settings.gateway_host, settings.gateway_port)
        self.container.spawn_managed_thread(self._server.serve, identifier="web")
        self._stopped = False
        essential_threads.start(self._compare_clocks, "gateway")

    def stop(self) -> None:
        self._stopped = True
        self._server.stop()
        self._rpc.close()

    def needs(self) -> dict[str, Callable[[], bool]]:
        """That a service answers, whatever its answer is: what /readyz checks on the gateway's own port."""
        return {"calls": self._is_answered}

    def _compare_clocks(self) -> None:
        """With those of the services that answer, each of which has compared its own with the database's. Raises ClockOff, which
        ends the process; what the gateway can serve without a service needs no clock."""
        found: list[Difference] = []
        while not found and not self._stopped:
            for service in service_names():
                with suppress(Unavailable):
                    clock = partial(self._rpc.clock_of, service, actor=PROBE, timeout=PROBE_SECONDS)
                    found.append(difference(clock))
            if not found:
                time.sleep(LOOK_SECONDS)
        check(found, "des services")

    def _is_answered(self) -> bool:
        try:
            self._rpc.call(PROBED, {}, actor=PROBE, timeout=PROBE_SECONDS)
        except Refusal as refusal:
            return not nobody_answered(refusal)
        return True


class Gateway:
    """HTTP in front of the services."""

    name = "gateway"

    web = Web()
    subscriber = Subscriber()
