"""What an operator may set is on the page for operators."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_setting_of_the_deployment_is_explained() -> None:
    taken = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text("utf-8")))
    explained = set(re.findall(r"`([A-Z0-9_]+)`", (ROOT / "deploy" / "README.md").read_text("utf-8")))

    assert taken
    assert taken <= explained
