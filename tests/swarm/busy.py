"""The load and the invariants of the fault campaign, on the portal on three machines."""

import email
import email.policy
import itertools
import random
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from deploy.local import ports
from services.chassis.settings import Settings
from tests.compose.deployment import REPLICATED
from tests.faults import invariants
from tests.faults.client import ONCE, refused_at_door
from tests.faults.deployment import Filed
from tests.faults.load import Load
from tests.faults.machine import Machine as Attention
from tests.servers import look
from tests.servers.cables import Cables, Place
from tests.servers.mailbox import Mail, Mailbox
from tests.support.people import log_in
from tests.swarm.conftest import say
from tests.swarm.logins import come_in
from tests.swarm.machines import Machine
from tests.swarm.stacked import DATABASES, EVERYWHERE, NAME, NODES, OURS, STACK, Stack, longest_gap

CLIENTS, RATE, FILING = 12, 17, 1
"""Deeds a second: about twenty requests. One more files alone: files are out of reach for longer than requests (decision 63)."""
SERVED = 12
"""Deeds that are done before a test goes on, and again at its end."""
LIMIT = Timeout(connect=2.0, read=10.0)
ANSWER_SECONDS = 6.0
DRAIN_SECONDS = 60.0
SENDERS = 2
"""Processes that may have mails in hand when a machine is lost: one on it, and one whose database was."""
PROCESSES = (*REPLICATED, "relay")
PORTS = {
    **dict.fromkeys(DATABASES, (5432,)),
    **dict.fromkeys(NODES, (5672, 15672)),
    **dict.fromkeys(PROCESSES, (8081,)),
}
"""Where stores answer, and where processes of ours say how they are."""
NOWHERE = "127.0.0.1"
"""Of the network from which they are reached: nothing listens there."""
SECRETS = "/run/secrets/"


@contextmanager
def busy(portal: Stack, *, loses: Machine | None = None) -> Generator[Load]:
    """Keeps people busy; the block ends once all is whole. Then every answer was in time, all is drained within a minute, and all
    invariants hold.

    `loses`: the machine that dies or is cut off meanwhile. At its address people may be left without an answer, what ran there has not
    fallen, and mails that were in hand may come twice.
    """
    come_in(portal)
    with Attention(lambda: ()) as attention:
        watched = WatchedStack(portal, attention)
        load = Load(
            watched,
            clients=CLIENTS,
            rate=RATE,
            filing=FILING,
            browser=lambda: InTurn(portal, watched.unanswered, watched.at_door),
        )
        ended = _ended(portal)
        with load:
            load.wait_until_served(SERVED)
            yield load
            load.wait_until_served(SERVED)
        watched.fallen = [
            one for id, (node, one) in _ended(portal).items() if id not in ended and node != (loses and loses.name)
        ]
        with watched.reached():
            drained = look.drained(watched, DRAIN_SECONDS)
            say(
                f"{load.summary()}; {len(watched.unanswered)} tries without an answer, {dict(watched.at_door)} refused by a proxy, nothing filed for {longest_gap(moments(load)):.1f} s at most; "
                f"drained in {drained:.1f} s"
            )
            late = [(kind, one) for kind, one in load.late(ANSWER_SECONDS) if one.status is not None]
            assert not late, f"{len(late)} waited longer than {ANSWER_SECONDS} s: {late[:5]}"
            left = [one for one in watched.unanswered if loses is None or one.address != loses.address]
            assert not left, f"{len(left)} had no answer where nothing was lost: {left[:5]}"
            began = time.monotonic()
            invariants.hold(watched, load, cuts=SENDERS if loses else 0)
            say(f"all invariants seen in {time.monotonic() - began:.1f} s")


def moments(load: Load) -> list[float]:
    """The beginning, when each request was acknowledged, and the end."""
    filed = (deed.tries[-1] for deed in load.deeds if deed.kind == "file" and deed.done)
    return [load.began, *(one.began + one.seconds for one in filed), load.ended]


@dataclass(frozen=True)
class Unanswered:
    """`at`, of the clock `monotonic`: when it was asked."""

    asked: str
    address: str
    at: float
    seconds: float


class InTurn:
    """The browser of one who asks the next of the three addresses each time, and waits ten seconds."""

    def __init__(self, portal: Stack, unanswered: list[Unanswered], at_door: Counter[str]) -> None:
        trusted = str(portal.home / "secrets" / "certificate.pem")
        options: dict[str, Any] = {"assert_hostname": NAME, "server_hostname": NAME, "ca_certs": trusted}
        self._url, self._unanswered, self._at_door = portal.url, unanswered, at_door
        self._next = itertools.cycle(
            HTTPSConnectionPool(one.address, timeout=LIMIT, retries=ONCE, **options)
            for one in random.sample(portal.machines, len(portal.machines))
        )

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **sent: Any) -> BaseHTTPResponse:
        pool, at = next(self._next), time.monotonic()
        try:
            answer = pool.request(method, url.removeprefix(self._url), headers={**headers, "Host": NAME}, **sent)
        except HTTPError:
            asked = f"{method} {url.removeprefix(self._url)}"
            self._unanswered.append(Unanswered(asked, pool.host, at, time.monotonic() - at))
            raise
        if refused_at_door(answer):
            self._at_door[pool.host] += 1
        return answer


@dataclass
class WatchedStack:
    """As the invariants see it. `machine`: how long this machine kept processes waiting, seen by this one alone."""

    portal: Stack
    machine: Attention
    fallen: list[str] = field(default_factory=list)
    filed: list[Filed] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    at_door: Counter[str] = field(default_factory=Counter)
    """How often the proxy at each address answered by itself that no gateway is there."""
    settings: Settings = field(init=False)
    _metrics: dict[str, list[int]] = field(default_factory=dict)
    _first_mail: int = field(init=False)

    def __post_init__(self) -> None:
        before = requests.get(f"{self.portal.mail}/api/mails", timeout=10).json()
        self._first_mail = max((int(mail["id"]) for mail in before), default=0) + 1

    @property
    def url(self) -> str:
        return self.portal.url

    def login(self, role: str, username: str | None = None) -> dict[str, Any]:
        return self.portal.login(role, username)

    def agent(self) -> str:
        return str(log_in(self.portal, "agent").session.headers["Authorization"])

    @property
    def mailbox(self) -> Mailbox:
        """What came since the load was made."""
        return Mailbox(list(itertools.takewhile(bool, map(self._mail, itertools.count(self._first_mail)))))

    def _mail(self, number: int) -> Mail | None:
        found = requests.get(f"{self.portal.mail}/mails/{number:06d}/source", timeout=10)
        if found.status_code == HTTPStatus.NOT_FOUND:
            return None
        message: Any = email.message_from_bytes(found.content, policy=email.policy.default)
        return Mail(tuple(str(message["X-Envelope-To"]).split(", ")), message)

    def metrics(self, name: str) -> str:
        """Of all its processes."""
        return "\n".join(
            requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text for port in self._metrics[name]
        )

    def logs(self) -> list[Path]:
        """Of every container that its machine still knows, also of those that ended."""
        return [log for one in self.portal.machines for log in one.folder.glob("disk/docker/containers/*/*-json.log")]

    def files_of_the_broker(self) -> list[Path]:
        volumes = (one.folder / f"disk/docker/volumes/{STACK}_{node}" for one in self.portal.machines for node in NODES)
        return [file for volume in volumes for file in volume.rglob("*") if file.is_file()]

    # --- what listens to the stack's own networks alone

    @contextmanager
    def reached(self) -> Generator[None]:
        """In this block `settings` and `metrics` lead to the tasks that ran at its beginning, from the network of one of them."""
        running = self._running()
        far: dict[str, tuple[str, int]] = {}
        for service, inner in PORTS.items():
            for number, address in enumerate([_address(one) for one in running.get(service, [])] or [NOWHERE]):
                far |= {f"{service}-{port}-{number}": (address, port) for port in inner}
        near = ports.choose(far, home=self.portal.home)
        cables: dict[str, tuple[Place, Place]] = {name: (near[name], place) for name, place in far.items()}
        self._metrics = {
            name: [near[f"{name}-8081-{number}"] for number in range(len(running[name]))] for name in PROCESSES
        }
        self.settings = self._settings(running, near)
        with Cables(within=running["tools"][0]["State"]["Pid"], **cables):
            yield

    def _running(self) -> dict[str, list[dict[str, Any]]]:
        """What `docker inspect` shows of each container of the stack, by service."""
        found: dict[str, list[dict[str, Any]]] = {}
        for machine in self.portal.machines:
            if machine.run("version").returncode == 0:
                for service, containers in self.portal.on(machine).items():
                    found.setdefault(service, []).extend(containers)
        return found

    def _settings(self, running: dict[str, list[dict[str, Any]]], near: Mapping[str, int]) -> Settings:
        """Those of the operator's commands and of the sender of mails: a rebuild grants its tables to the role of the services."""
        lines = [line for service in ("messaging", "tools") for line in running[service][0]["Config"]["Env"]]
        given = dict(line.replace(SECRETS, f"{self.portal.home}/secrets/").split("=", 1) for line in lines)
        settings = Settings.load(given)

        def here(url: str) -> str:
            for name, port in near.items():
                store, inner, _ = name.split("-")
                url = url.replace(f"{store}:{inner}", f"127.0.0.1:{port}")
            return url

        folder = self.portal.home.with_name("reached")
        folder.mkdir(mode=0o700, exist_ok=True)
        for file in (self.portal.home / "secrets").glob("database_*"):
            (folder / file.name).write_text(here(file.read_text("utf-8")), "utf-8")
        return replace(
            settings,
            database_url=settings.database_url.replace(f"{self.portal.home}/secrets", str(folder)),
            owner_database_url=here(settings.owner_database_url),
            amqp_url=here(settings.amqp_url),
            partners_amqp_url=here(settings.partners_amqp_url),
            partners_public_url="",
            rabbitmq_management_url=here(settings.rabbitmq_management_url),
        )


def _address(container: dict[str, Any]) -> str:
    return container["NetworkSettings"]["Networks"][f"{STACK}_inside"]["IPAddress"]


def _ended(portal: Stack) -> dict[str, tuple[str, str]]:
    """The machine of each task of ours that ended by itself, and what Swarm says of it, by its id; what an engine could not do for a task
    is no end of that kind."""
    form = "{{.ID}} {{.Node}} {{.CurrentState}} {{.Name}} {{.Error}}"
    said = portal.asked("stack", "ps", STACK, "--no-trunc", "--format", form).splitlines()
    ours = tuple(f" {STACK}_{name}." for name in (*OURS, *EVERYWHERE))
    lines = [line.split(maxsplit=2) for line in said if any(one in line for one in ours)]
    return {
        id: (node, rest)
        for id, node, rest in lines
        if rest.startswith("Complete") or (rest.startswith("Failed") and '"task: ' in rest)
    }
