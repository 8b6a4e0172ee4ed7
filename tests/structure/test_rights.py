"""A right that a town can give opens something, or is said to wait for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.accounts.agent import NOT_ASKED_YET, PERMISSIONS

ROOT = Path(__file__).parent.parent.parent
SHOWN = {ROOT / "services/accounts/agent.py", ROOT / "gateway/pages/agent_access.py"}
ASKING = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("services", "gateway")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path not in SHOWN
)


@pytest.mark.parametrize("right", sorted(PERMISSIONS))
def test_a_right_is_asked_for_somewhere_or_named_as_one_that_is_not_yet(right: str) -> None:
    assert (f'"{right}"' in ASKING) is (right not in NOT_ASKED_YET)
