"""The packages of the image against the published advisories, where the service that has them can be reached."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.compose.conftest import say
from tests.compose.deployment import Deployment

ADVISORIES = "https://pypi.org/pypi/nameko/2.14.1/json"  # as pip-audit asks; mirrors of packages do not have it
LISTED = "from importlib.metadata import distributions as d; [print(f'{one.name}=={one.version}') for one in d()]"


def reachable() -> bool:
    try:
        return "vulnerabilities" in requests.get(ADVISORIES, timeout=10).json()
    except requests.RequestException:
        return False


def test_no_package_of_the_image_has_a_published_weakness(shipped: Deployment, tmp_path: Path) -> None:
    packages = shipped.must(f'docker run --rm --entrypoint python {shipped.environment["PARVIS_IMAGE"]} -c "{LISTED}"')
    listed = tmp_path / "packages.txt"
    listed.write_text(packages, "utf-8")
    assert "nameko==" in packages
    if not reachable():
        say("the advisory service of pip-audit cannot be reached: the image was NOT audited")
        pytest.skip("the advisory service of pip-audit cannot be reached")

    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "-r", listed],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    say(f"pip-audit: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout
