"""What waits for a capability to come, in rights and scenarios, is what docs/roadmap.md says of it."""

import re
from collections import defaultdict
from pathlib import Path

from services.accounts.schemas import rights
from services.townhall.capabilities import Capability
from tests.e2e.scenarios.not_played import IN_PART, PART_TO_COME, TO_COME

PAGE = Path(__file__).parents[2] / "docs" / "roadmap.md"


def waiting() -> dict[str, set[str]]:
    """By capability: rights as `this`, sentences of scenarios as S01.2."""
    found: dict[str, set[str]] = defaultdict(set)
    for right, capability in rights.TO_COME.items():
        found[capability].add(f"`{right}`")
    for (scenario, place), capability in (TO_COME | PART_TO_COME).items():
        found[capability].add(f"{scenario}.{place}")
    return dict(found)


def test_each_capability_has_a_row_that_names_all_that_waits_for_it() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][2:]
    listed = {
        name: {f"`{right}`" for right in re.findall("`([a-z_]+)`", holding)} | set(re.findall(r"S\d\d\.\d+", scenarios))
        for name, _, _, holding, scenarios in rows
    }

    assert listed == waiting()
    assert set(listed) == set(Capability)
    assert PART_TO_COME.keys() <= IN_PART.keys()
