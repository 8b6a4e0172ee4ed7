"""Schemathesis asks every operation of the running product for what its document promises, and for what it forbids."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIGURES
from tests.gateway.api.test_who_may import OF_AGENTS, closed_to_visitors
from tests.servers.portal import Portal, opened
from tests.support.people import Person, log_in

# What a schema cannot say is refused with 422 as well: an answer that the procedure's own rules do not take.
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = {"gate": 2, "release": 50}
LONGEST_RUN_SECONDS = 1200
# Who ends the session while they ask would be refused from then on: a visitor tries that one.
BUT_THE_LOG_OUT = ("--exclude-path", "/api/v1/sessions/current")
WORK_OF_AGENTS = ("--include-path-regex", "/agent/")


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """One of its own: random requests in the name of people change what other tests look at."""
    with opened() as portal:
        yield portal


def closed_to(role: str, document: dict[str, Any]) -> Iterator[str]:
    """The operations that refuse these people whatever they send: test_who_may.py asks all of them, in a second."""
    where = {"visitor": "/", "citizen": OF_AGENTS}.get(role)
    if where is not None:
        yield from (one["operationId"] for _, address, one in closed_to_visitors(document) if address.startswith(where))


@pytest.mark.e2e
@pytest.mark.timeout(LONGEST_RUN_SECONDS)
@pytest.mark.parametrize(
    ("role", "operations", "own"),
    [
        ("visitor", (), "/town"),
        ("citizen", BUT_THE_LOG_OUT, "/profile"),
        ("agent", BUT_THE_LOG_OUT, "/agent/requests"),  # whose numbers are found, and asked for, on the way
        ("administrator", WORK_OF_AGENTS, "/agent/eliminations"),  # which agents may not open
    ],
)
def test_the_api_conforms_to_its_document(
    portal: Portal,
    role: str,
    operations: tuple[str, ...],
    own: str,
    faults: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    examples = str(EXAMPLES[faults])
    chosen = os.environ.get("SCHEMATHESIS_SEED") or str(random.SystemRandom().randrange(2**32))
    record_property(FIGURES, f"{examples} examples an operation, SCHEMATHESIS_SEED={chosen} asks the same again")
    person = Person(portal) if role == "visitor" else log_in(portal, role)
    session = person.session.headers.get("Authorization")
    document = person.get("/openapi.json")
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", str(CONFIGURATION)),
            *("run", f"{portal.url}/api/v1/openapi.json", "--checks", "all", "--phases", "fuzzing"),
            *("--max-examples", examples, "--seed", chosen, "--continue-on-failure", "--no-color"),
            "--suppress-health-check=filter_too_much,too_slow",  # these judge its own luck, not what we answer
            *operations,
            *(part for one in closed_to(role, document) for part in ("--exclude-operation-id", one)),
            *(("--header", f"Authorization: {session}") if session else ()),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
        check=False,
    )

    assert run.returncode == 0, f"seed {chosen}\n{run.stdout[-8000:]}"
    person.get(own)  # the session lived to the end: else all of it would have been refused
