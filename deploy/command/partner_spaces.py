"""The partner spaces of a town's `partner_spaces.yaml`, by their slugs, and the addresses that a demonstration puts in the place of theirs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml


def spaces_of(town: Path) -> dict[str, Mapping[str, Any]]:
    return {space["slug"]: space for space in yaml.safe_load(town.read_text("utf-8"))["partner_spaces"]}


def stand_ins(town: Path, at: Callable[[str], str]) -> str:
    """The setting PARTNER_SITES: `at` gives the address of the site of a slug."""
    hosts = {slug: urlsplit(space["connection"]["login_url"]).hostname for slug, space in spaces_of(town).items()}
    return ",".join(f"{host}={at(slug)}" for slug, host in hosts.items())
