"""A process more than ten seconds off does not serve; that its database is away keeps none from starting."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local import ports
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import Process, until
from tests.integration.chassis.test_calls import answers
from tests.servers.cables import Cables
from tests.servers.clocks import ahead_by

Run = Callable[..., Process]
NAMES = {"probe": "tests", "relay": "relay-tests"}


@pytest.mark.parametrize(
    ("name", "seconds", "said"), [("probe", 300, "avance"), ("probe", -60, "retarde"), ("relay", -300, "retarde")]
)
def test_a_process_more_than_ten_seconds_off_refuses_to_start(run: Run, name: str, seconds: int, said: str) -> None:
    process = run(name, **ahead_by(seconds))

    assert process.child.wait(60) == 2
    sentence = rf"{NAMES[name]} : l’horloge de cette machine {said} de (\d+) s sur celle de PostgreSQL, il en faut 10"
    assert seconds_off(sentence, process.log.read_text("utf-8")) == pytest.approx(abs(seconds), abs=OF_THE_QUESTION)


OF_THE_QUESTION = 5
"""Seconds by which the answer may be wrong: half of what the question took, on a machine that is busy with other tests."""


def seconds_off(sentence: str, log: str) -> int:
    """What the log says in this sentence."""
    [seconds] = re.findall(sentence, log.replace("\u00a0", " "))
    return int(seconds)


def test_a_process_a_few_seconds_off_serves(run: Run, own_settings: Settings) -> None:
    run("probe", **ahead_by(4))

    with RpcClient(own_settings) as client:
        until(lambda: answers(client))


def test_a_database_that_was_away_is_compared_with_once_it_answers(
    run: Run, own_environment: dict[str, str], tmp_path: Path
) -> None:
    server = urlsplit(own_environment["DATABASE_URL"])
    port = ports.choose(["database"], home=tmp_path)["database"]
    away = own_environment["DATABASE_URL"].replace(f":{server.port}/", f":{port}/")
    process = run("probe", DATABASE_URL=away, **ahead_by(300))
    with RpcClient(Settings.load(own_environment)) as client:
        until(lambda: answers(client))  # what asks no database is answered

    with Cables(database=(port, server.port or 5432)):
        assert process.child.wait(60) == 2
    assert "l’horloge de cette machine avance" in process.log.read_text("utf-8")
