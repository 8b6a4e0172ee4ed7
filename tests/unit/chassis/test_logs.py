"""One form for every line, whoever writes it; a line that finds no room ends no process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SAYS = """
import sys
from services.chassis import logs
from services.chassis.settings import Settings
logs.configure(Settings(), "tests")
logs.get_logger("tests").info("something")
sys.stderr.write("goes on")
"""


def test_a_process_goes_on_when_the_disk_of_its_log_is_full() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-u", "-c", SAYS], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "goes on")


SAID_BY_OTHERS = """
import logging, sys, threading, warnings
from services.chassis import logs
from services.chassis.settings import Settings
logs.configure(Settings(), "tests")
name = "Camille"
logging.getLogger("flask.app").error("refused %s", name)
logging.getLogger("psycopg").warning(f"refused {name}")
try:
    raise ValueError(name)
except ValueError as error:
    logging.getLogger("nameko.containers").exception("failed: %s", error)
    logging.getLogger("kombu").error(error)
logging.getLogger("amqp").warning("a quiet one")
warnings.warn(name, DeprecationWarning, stacklevel=1)
thread = threading.Thread(target=lambda: int(name))
thread.start()
thread.join()
{name: 1}[0]
"""


def test_log_lines_of_libraries_are_json_like_ours_without_values() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", SAID_BY_OTHERS], capture_output=True, text=True, check=False
    )
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    assert done.returncode == 1
    assert "Camille" not in done.stdout
    assert all(line["process"] == "tests" and line["timestamp"] and line["level"] for line in lines)
    logged = [(line.get("logger"), line.get("said"), line.get("error"), line["level"]) for line in lines]
    assert logged == [
        ("flask.app", "refused %s", None, "error"),
        ("psycopg", None, None, "warning"),
        ("nameko.containers", "failed: %s", "ValueError", "error"),
        ("kombu", None, "ValueError", "error"),
        (None, None, "DeprecationWarning", "warning"),
        (None, None, "ValueError", "critical"),
        (None, None, "KeyError", "critical"),
    ]
    assert all(":" in line["where"] for line in lines)


NAMES_THE_TOWN = """
import sys
from services.chassis import logs, town_id
from services.chassis.settings import Settings
logs.configure(Settings(town=sys.argv[1]), "tests")
logs.get_logger("tests").info("before")
town_id.learn_of([{"type": "Noted", "subject": "a"}, {"type": "TownPublished", "subject": "saint-aubin"}])
town_id.learn(None)
logs.get_logger("tests").info("after")
"""


@pytest.mark.parametrize(("setting", "towns"), [("", [None, "saint-aubin"]), ("ailleurs", ["ailleurs", "ailleurs"])])
def test_a_line_names_the_town_once_it_is_known(setting: str, towns: list[str | None]) -> None:
    done = subprocess.run([sys.executable, "-c", NAMES_THE_TOWN, setting], capture_output=True, text=True, check=True)
    assert [json.loads(line).get("town") for line in done.stdout.splitlines()] == towns
