"""Two versions side by side: what either bench is asked, the code of a commit, and an instance that an interruption stops."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import which
from threading import Thread

import pytest

from tests.load.against import Side, passed_on
from tests.load.bench import options_of
from tests.servers.history import NotInHistory, of_no_repository, unpack, whole_name
from tests.support.people import eventually

AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@ville.example", "-c", "commit.gpgsign=false")


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        (["read"], "--jobs read --sizes 1000 --seconds 6.0"),
        (["submit", "chain"], "--jobs submit chain --sizes 1000 --seconds 6.0 --chain-seconds 20.0 --chain-rate 30.0"),
        (["append"], "--jobs append --sizes 1000 --seconds 6.0 --repeats 3"),
        (["file-page"], "--jobs file-page --sizes 1000 --seconds 6.0 --listed 1000000"),
    ],
)
def test_a_bench_is_asked_no_more_than_the_jobs_need(jobs: list[str], words: str) -> None:
    assert " ".join(passed_on(options_of(["--against", "HEAD", "--jobs", *jobs]))) == words


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With one commit, of one.txt."""
    if which("git") is None:
        pytest.skip("there is no git")
    folder = tmp_path / "repository"
    folder.mkdir()
    environment = of_no_repository()
    subprocess.run(["git", "init", "-q"], cwd=folder, env=environment, check=True)
    (folder / "one.txt").write_text("1")
    for words in (["add", "."], [*AUTHOR, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)
    return folder


def test_the_code_of_a_commit_is_unpacked_as_it_was(repository: Path, tmp_path: Path) -> None:
    commit = whole_name("HEAD", repository=repository)
    (repository / "one.txt").write_text("changed since")
    (repository / "two.txt").write_text("not committed")

    unpack(commit, tmp_path / "code", repository=repository)

    assert [(path.name, path.read_text()) for path in (tmp_path / "code").iterdir()] == [("one.txt", "1")]


@pytest.mark.parametrize("name", ["nothing", "--help", "HEAD~1"])
def test_what_is_no_commit_is_refused(repository: Path, name: str) -> None:
    with pytest.raises(NotInHistory):
        whole_name(name, repository=repository)


MEASURES = """
import sys
from pathlib import Path
Path("asked").write_text(" ".join(sys.argv[1:]))
print('{"lines": [{"job": "read"}]}')
sys.exit(1)
"""
WAITS = """
import time
from pathlib import Path
try:
    Path("waits").touch()
    time.sleep(60)
finally:
    Path("ended").touch()
"""
BREAKS = "raise SystemExit(2)"
DOWN = "import os, pathlib; pathlib.Path('down').write_text(os.environ['PARVIS_HOME'])"


def side_of(folder: Path, bench: str) -> Side:
    """A version whose bench does that, and whose command only notes which instance it is to stop."""
    for name, text in {"tests/load/bench.py": bench, "deploy/local/__main__.py": DOWN}.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    return Side(Path(sys.executable), folder, folder / "home")


def test_a_bench_that_misses_a_bar_has_measured(tmp_path: Path) -> None:
    assert side_of(tmp_path, MEASURES).measured(["--jobs", "read"]) == [{"job": "read"}]

    assert (tmp_path / "asked").read_text() == f"--jobs read --json --home {tmp_path / 'home'}"
    assert not (tmp_path / "down").exists()


def test_the_instance_of_a_bench_that_breaks_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="n’a rien mesuré"):
        side_of(tmp_path, BREAKS).measured([])

    assert (tmp_path / "down").read_text() == str(tmp_path / "home")


def test_an_interruption_ends_the_bench_and_stops_its_instance(tmp_path: Path) -> None:
    def interrupt() -> None:
        eventually((tmp_path / "waits").exists, "the bench")
        os.kill(os.getpid(), signal.SIGINT)

    thread, before = Thread(target=interrupt), signal.signal(signal.SIGINT, signal.default_int_handler)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            side_of(tmp_path, WAITS).measured([])
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)

    assert (tmp_path / "ended").exists()
    assert (tmp_path / "down").exists()
