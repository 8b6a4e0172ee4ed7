"""Commands for whoever keeps the portal running: thin doors to the functions of the chassis."""

from __future__ import annotations

import argparse

from deploy.local.console import Console
from deploy.local.instance import SERVICES, running_settings
from deploy.local.layout import here
from deploy.local.trouble import Trouble
from services.chassis import operate as chassis


def _services(named: str | None) -> tuple[str, ...]:
    """The one that was named, or all."""
    if named is None:
        return SERVICES
    if named not in SERVICES:
        raise Trouble(f"Aucun service ne s’appelle {named} ; les services : {', '.join(SERVICES)}.")
    return (named,)


def verify(options: argparse.Namespace) -> int:
    """Walks the chains; exit code 1 when one is broken."""
    settings, console = running_settings(here()), Console()
    broken = 0
    for service in _services(options.service):
        report = chassis.verify(settings, service)
        console.step(f"{service} : {report}")
        broken += not report.sound
    return 1 if broken else 0
