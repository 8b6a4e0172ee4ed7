"""Our own processes: how each is started and known to be ready."""

from dataclasses import replace

from deploy.command.layout import ROOT
from deploy.command.partner_spaces import spaces_of
from deploy.local.instance import PARTNER_SPACES, Instance, module, site_port
from deploy.local.probes import answers, listens
from deploy.local.processes import Program
from services.chassis.service_list import service_names

GATEWAY = "gateway"
RELAY = "relay"
MAIL_SINK = "mail"
PARTNER_SITES = "partner-sites"

OF_ITS_OWN = {"accounts": {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}}
"""What one service has in its environment beside the settings, here and in docker-compose.yml. accounts judges each password in 64 MiB
that are asked for and given back: in large pages, where the kernel gives them, that takes a quarter less of a processor."""


def services(instance: Instance) -> list[Program]:
    return [_own(instance, name, module("services.chassis.process.run", name)) for name in service_names()]


def relay(instance: Instance) -> Program:
    return _own(instance, RELAY, module("services.chassis.bus.relay"))


def _own(instance: Instance, name: str, argv: list[str]) -> Program:
    health = instance.ports[f"health-{name}"]
    return _program(instance, name, argv, health, 5, HEALTH_PORT=str(health), **OF_ITS_OWN.get(name, {}))


def gateway(instance: Instance) -> Program:
    port, health, host = instance.ports["gateway"], instance.ports["health-gateway"], instance.settings["GATEWAY_HOST"]
    program = _program(instance, GATEWAY, module("gateway"), port, 4, HEALTH_PORT=str(health))
    return replace(program, ready=lambda: answers(port, host=host))


def mail_sink(instance: Instance) -> list[Program]:
    """None where mails go to a server that the environment names."""
    if not instance.own_mail:
        return []
    smtp, inbox = instance.ports["smtp"], instance.ports["inbox"]
    argv = module(
        *("deploy.inbox.mail_sink", "--smtp-port", str(smtp), "--http-port", str(inbox)),
        *("--folder", str(instance.layout.mails), "--token-file", str(instance.layout.inbox_token)),
    )
    return [replace(_program(instance, MAIL_SINK, argv, inbox, 3), ready=lambda: listens(smtp) and answers(inbox))]


def partner_sites(instance: Instance) -> Program:
    at = {slug: instance.ports[site_port(slug)] for slug in spaces_of(PARTNER_SPACES)}
    argv = module(
        *("deploy.partner_sites", "--town", str(PARTNER_SPACES), "--logins", str(instance.layout.partner_logins)),
        *(word for slug, port in at.items() for word in ("--at", f"{slug}={port}")),
    )
    health = next(iter(at.values()))
    return replace(_program(instance, PARTNER_SITES, argv, health, 3), ready=lambda: all(map(listens, at.values())))


def _program(
    instance: Instance, name: str, argv: list[str], health: int, stop_seconds: float, **environment: str
) -> Program:
    """One of our processes; `health`: the port on which it says whether it can serve."""
    return Program(
        name=name,
        argv=argv,
        cwd=ROOT,
        env=instance.environment(**environment),
        log=instance.layout.log(name),
        ready=lambda: answers(health),
        stop_seconds=stop_seconds,
        health=health,
    )
