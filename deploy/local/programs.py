"""Our own processes: how each is started and known to be ready."""

from __future__ import annotations

from deploy import partner_sites as sites
from deploy.command.layout import ROOT
from deploy.local.asking import answers, listens
from deploy.local.instance import PARTNER_SPACES, Instance, module, site_port
from deploy.local.processes import Program
from services.chassis.house import service_names

GATEWAY = "gateway"
RELAY = "relay"
MAIL_SINK = "mail"
PARTNER_SITES = "partner-sites"

OF_ITS_OWN = {"accounts": {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}}
"""What one service has in its environment beside the settings, here and in docker-compose.yml. accounts judges each password in 64 MiB
that are asked for and given back: in large pages, where the kernel gives them, that takes a quarter less of a processor."""


def services(instance: Instance) -> list[Program]:
    return [_program(instance, name, module("services.chassis.process.run", name)) for name in service_names()]


def relay(instance: Instance) -> Program:
    return _program(instance, RELAY, module("services.chassis.bus.relay"))


def _program(instance: Instance, name: str, argv: list[str]) -> Program:
    health = instance.ports[f"health-{name}"]
    return Program(
        name=name,
        argv=argv,
        cwd=ROOT,
        env=instance.environment(HEALTH_PORT=str(health), **OF_ITS_OWN.get(name, {})),
        log=instance.layout.log(name),
        ready=lambda: answers(health),
        stop_seconds=5,
        health=health,
    )


def gateway(instance: Instance) -> Program:
    port = instance.ports["gateway"]
    return Program(
        name=GATEWAY,
        argv=module("gateway"),
        cwd=ROOT,
        env=instance.environment(HEALTH_PORT=str(instance.ports["health-gateway"])),
        log=instance.layout.log(GATEWAY),
        ready=lambda: answers(port, host=instance.settings["GATEWAY_HOST"]),
        stop_seconds=4,
        health=port,
    )


def mail_sink(instance: Instance) -> list[Program]:
    """None where mails go to a server that the environment names."""
    if not instance.own_mail:
        return []
    smtp, inbox = instance.ports["smtp"], instance.ports["inbox"]
    sink = Program(
        name=MAIL_SINK,
        argv=[
            *module("deploy.inbox.mail_sink"),
            *("--smtp-port", str(smtp), "--http-port", str(inbox)),
            *("--folder", str(instance.layout.mails), "--token-file", str(instance.layout.inbox_token)),
        ],
        cwd=ROOT,
        env=instance.environment(),
        log=instance.layout.log(MAIL_SINK),
        ready=lambda: listens(smtp) and answers(inbox),
        stop_seconds=3,
        health=inbox,
    )
    return [sink]


def partner_sites(instance: Instance) -> Program:
    """The demonstration's partner sites, in one process."""
    at = {slug: instance.ports[site_port(slug)] for slug in sites.spaces_of(PARTNER_SPACES)}
    return Program(
        name=PARTNER_SITES,
        argv=[
            *module("deploy.partner_sites"),
            *("--town", str(PARTNER_SPACES), "--logins", str(instance.layout.partner_logins)),
            *(word for slug, port in at.items() for word in ("--at", f"{slug}={port}")),
        ],
        cwd=ROOT,
        env=instance.environment(),
        log=instance.layout.log(PARTNER_SITES),
        ready=lambda: all(map(listens, at.values())),
        stop_seconds=3,
        health=next(iter(at.values())),
    )
