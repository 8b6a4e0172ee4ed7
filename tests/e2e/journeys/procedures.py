"""The town's procedures as its own files describe them, for tests that must know what a page ought to ask."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

FILE = Path(__file__).parents[3] / "deploy" / "demo-town" / "procedures.yaml"


@cache
def every() -> dict[str, Json]:
    """All procedures by slug, in the town's order."""
    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))["procedures"]
    return {procedure["slug"]: procedure for procedure in listed}


def called(slug: str) -> Json:
    """One procedure."""
    return every()[slug]
