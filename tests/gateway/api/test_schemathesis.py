"""Schemathesis asks every operation of the running product for what its document promises, and for what it forbids."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from gateway.permissions import ARCHIVIST, AUDITOR, CITIZEN, FILE_READER, FOLLOWER, HOLDER, PUBLIC, STAFF, TEAM
from tests.conftest import FIGURES
from tests.servers.portal import Portal, opened
from tests.support.people import Person, log_in

# What a schema cannot say is refused with 422 as well: an answer that the procedure's own rules do not take.
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = {"gate": 2, "release": 50}
LONGEST_RUN_SECONDS = 1200
# Who ends the session while they ask would be refused from then on: a visitor tries that one.
LOG_OUT = "/api/v1/sessions/current"
ASKED = {
    "visitor": {PUBLIC},
    "holder": {HOLDER},  # of a session, which may end while they ask
    "citizen": {FOLLOWER, CITIZEN},
    "agent": {FOLLOWER, STAFF, FILE_READER},
    "administrator": {AUDITOR, ARCHIVIST, TEAM},
}
"""The operations that each person is asked for, by permission. Who may not use one is refused by test_who_may.py, in a second."""
ASKED_AT_RELEASE = {"citizen": {PUBLIC}, "agent": {PUBLIC}, "administrator": {STAFF, FILE_READER}}
"""What they may use besides, and another person is asked for at gate counts."""
LOGGED_IN_AS = {"holder": "citizen"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """One of its own: random requests in the name of people change what other tests look at."""
    with opened() as portal:
        yield portal


def asked_by(role: str, app: Flask, faults: str) -> Iterator[str]:
    """The ids of the operations that this person is asked for."""
    chosen = ASKED[role] | (ASKED_AT_RELEASE.get(role, set()) if faults == "release" else set())
    for view in app.view_functions.values():
        operation = getattr(view, "operation", None)
        if operation and operation.permission in chosen:
            yield view.__name__


@pytest.mark.e2e
@pytest.mark.timeout(LONGEST_RUN_SECONDS)
@pytest.mark.parametrize(
    ("role", "own"),
    [
        ("visitor", "/town"),
        ("holder", "/town"),
        ("citizen", "/profile"),
        ("agent", "/agent/requests"),  # whose numbers are found, and asked for, on the way
        ("administrator", "/agent/eliminations"),  # which agents may not open
    ],
)
def test_the_api_conforms_to_its_document(
    portal: Portal,
    app: Flask,
    role: str,
    own: str,
    faults: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    examples = str(EXAMPLES[faults])
    chosen = os.environ.get("SCHEMATHESIS_SEED") or str(random.SystemRandom().randrange(2**32))
    record_property(FIGURES, f"{examples} examples an operation, SCHEMATHESIS_SEED={chosen} asks the same again")
    person = Person(portal) if role == "visitor" else log_in(portal, LOGGED_IN_AS.get(role, role))
    session = person.session.headers.get("Authorization")
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", str(CONFIGURATION)),
            *("run", f"{portal.url}/api/v1/openapi.json", "--checks", "all", "--phases", "fuzzing"),
            *("--max-examples", examples, "--seed", chosen, "--continue-on-failure", "--no-color"),
            "--suppress-health-check=filter_too_much,too_slow",  # these judge its own luck, not what we answer
            *(part for one in asked_by(role, app, faults) for part in ("--include-operation-id", one)),
            *(("--exclude-path", LOG_OUT, "--header", f"Authorization: {session}") if session else ()),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
        check=False,
    )

    assert run.returncode == 0, f"seed {chosen}\n{run.stdout[-8000:]}"
    person.get(own)  # the session lived to the end: else all of it would have been refused
