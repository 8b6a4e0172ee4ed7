"""Schemathesis asks every operation of the running product for what its document promises, and for what it forbids."""

import json
import os
import random
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.portal import Portal

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "50"))
# What a schema cannot say is refused with 422 as well: an answer that the procedure's own rules do not take.
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
LONGEST_RUN_SECONDS = 1200


def session_of(portal: Portal, role: str) -> list[str]:
    """The headers of somebody of that role; none for a visitor."""
    if role == "visitor":
        return []
    login = portal.login(role)
    asked = urllib.request.Request(
        f"{portal.url}/api/v1/sessions",
        data=json.dumps({"username": login["username"], "password": login["password"]}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return ["--header", f"Authorization: Bearer {json.load(answer)['session']}"]


@pytest.mark.e2e
@pytest.mark.timeout(LONGEST_RUN_SECONDS)
@pytest.mark.parametrize("role", ["visitor", "citizen"])
def test_the_api_keeps_what_its_document_says(portal: Portal, role: str, tmp_path: Path) -> None:
    chosen = os.environ.get("SCHEMATHESIS_SEED") or str(random.SystemRandom().randrange(2**32))
    print(f"schemathesis seed {chosen}")  # noqa: T201 -- the seed makes the run repeatable
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", str(CONFIGURATION)),
            *("run", f"{portal.url}/api/v1/openapi.json", "--checks", "all", "--phases", "fuzzing"),
            *("--max-examples", str(EXAMPLES), "--seed", chosen, "--continue-on-failure", "--no-color"),
            "--suppress-health-check=filter_too_much,too_slow",  # these judge its own luck, not what we answer
            *session_of(portal, role),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
        check=False,
    )

    assert run.returncode == 0, f"seed {chosen}\n{run.stdout[-8000:]}"
