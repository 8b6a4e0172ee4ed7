"""The settings of an instance: what the environment says first, then what this instance runs by itself."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.command import notes, partner_spaces
from deploy.command.console import Console
from deploy.command.layout import ROOT, Layout, write_private
from deploy.command.trouble import Trouble
from deploy.local import other_clock, ports, servers
from deploy.local.packages import Packages
from deploy.local.probes import from_here
from deploy.local.secrets import Secrets
from deploy.local.servers import Servers
from services.chassis.service_list import service_names

HEALTH = (*service_names(), "relay", "gateway")
KEPT_FOR_PROCESSES = ("HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy")
GATEWAY_PORTS = range(8000, 8100)
PARTNER_SPACES = ROOT / "deploy" / "demo-town" / "partner_spaces.yaml"
"""The sites that a demonstration stands in for."""


@dataclass(frozen=True)
class Instance:
    """One instance, ready to be started: its servers, its ports and the environment of its processes."""

    layout: Layout
    ports: Mapping[str, int]
    servers: Servers
    settings: Mapping[str, str]
    given: Mapping[str, str]
    own_mail: bool
    """Whether mails go to the sink that we start ourselves."""

    def environment(self, **more: str) -> dict[str, str]:
        """What one of our processes gets: the settings, and of this shell's variables only those that it needs."""
        return process_environment(self.settings) | more


def process_environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_FOR_PROCESSES if name in os.environ}
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        # A new arena for each native thread would cost memory and gain nothing: Python's own lock is the limit.
        "MALLOC_ARENA_MAX": "2",
        # What an import or a large answer took is given back: glibc would raise both limits with each large block, to 32 and 64 MiB.
        "MALLOC_MMAP_THRESHOLD_": "1048576",
        "MALLOC_TRIM_THRESHOLD_": "1048576",
        **kept,
        **other_clock.kept(),
        **settings,
    }


def compose(layout: Layout, console: Console, given: Mapping[str, str], *, port: int | None) -> Instance:
    """Chooses ports, draws secrets, writes the settings where the other commands find them."""
    secrets = Secrets(layout)
    host = given.get("GATEWAY_HOST", "127.0.0.1")
    if not ports.is_ours(host):
        raise Trouble(
            f"GATEWAY_HOST : {host} n’est pas une adresse de cette machine ; 127.0.0.1 n’ouvre le portail qu’à elle, 0.0.0.0 à tous."
        )
    chosen = _choose_ports(layout, host, port or int(given.get("GATEWAY_PORT", 0)))
    private = servers.private_servers(
        layout.home,
        given=given,
        ports=chosen,
        secret=secrets,
        packages=Packages(layout.packages),
        console=console,
    )
    own_mail = "SMTP_URL" not in given
    sink = {
        "SMTP_URL": f"smtp://127.0.0.1:{chosen['smtp']}",
        "MAIL_INBOX_URL": f"http://127.0.0.1:{chosen['inbox']}",
    }
    settings = {
        **private.addresses(),
        **(sink if own_mail else {}),
        "MAIL_FROM": "ne-pas-repondre@saint-aubin-sur-orne.example",
        "PUBLIC_URL": portal(host, chosen["gateway"]),
        "GATEWAY_HOST": host,
        "MASTER_KEY": secrets("master"),
        "RPC_KEY": secrets("rpc"),
        "SIGNING_KEY": secrets("signing"),
        "PARTNER_KEYS": secrets("partner"),
        "PARTNER_SITES": partner_spaces.stand_ins(
            PARTNER_SPACES, lambda slug: f"http://127.0.0.1:{chosen[site_port(slug)]}"
        ),
        "DEVELOPMENT": "1",
        "STATE_FOLDER": str(layout.published),
        **given,
        "GATEWAY_PORT": str(chosen["gateway"]),
        "HEALTH_HOST": "127.0.0.1",  # where `up` and `status` ask
        "LOG_FORMAT": "json",  # `parvis logs` makes it readable
    }
    layout.published.mkdir(exist_ok=True)
    write_private(layout.settings, json.dumps(settings, indent=1))
    return Instance(layout, chosen, private, settings, given, own_mail)


def site_port(slug: str) -> str:
    return f"site-{slug}"


def portal(host: str, port: int) -> str:
    """The address of what listens there, as this machine calls it."""
    name = from_here(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _choose_ports(layout: Layout, host: str, wanted: int) -> dict[str, int]:
    known: dict[str, int] = {}
    with suppress(notes.Damaged):  # other ports are as good
        known = notes.read(layout.ports, lambda text: ports.kept(json.loads(text)), "") or {}
    gateway = gateway_port(layout.home, host, wanted, known.get("gateway"))
    names = [
        *servers.PORTS,
        "smtp",
        "inbox",
        *(site_port(slug) for slug in partner_spaces.spaces_of(PARTNER_SPACES)),
        *(f"health-{name}" for name in HEALTH),
    ]
    chosen = ports.choose(names, home=layout.home, known=known, with_inner=servers.PORTS_WITH_INNER)
    chosen["gateway"] = gateway
    write_private(layout.ports, json.dumps(chosen, indent=1))
    return chosen


def gateway_port(home: Path, host: str, wanted: int, known: int | None) -> int:
    """Claimed like the others: two gateways that start at once would both listen there (SO_REUSEPORT). A port that is wanted may be
    claimed already by who starts this instance."""
    if wanted:
        if not ports.is_allowed(wanted):
            raise Trouble(f"Le port {wanted} n’est pas ouvert à ce compte : choisissez-en un entre 1024 et 65535.")
        if not ports.is_free(wanted, host):
            raise Trouble(
                f"Le port {wanted} est déjà pris par un autre programme : choisissez-en un autre avec --port, ou "
                "laissez Parvis en trouver un."
            )
        ports.claim(wanted, home)
        return wanted
    for port in [*([known] if known else []), *GATEWAY_PORTS]:
        if ports.is_free(port, host) and ports.claim(port, home):
            return port
    raise Trouble("Aucun port libre entre 8000 et 8099 : choisissez-en un avec --port.")


def module(*argv: str) -> list[str]:
    return [sys.executable, "-m", *argv]
