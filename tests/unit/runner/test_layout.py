"""An instance's folder: one user at a time, one version, nothing half-written."""

import fcntl
import io
import json
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.command import layout as layouts
from deploy.command.console import Console
from deploy.command.layout import Layout, here, write_private
from deploy.command.trouble import Trouble
from deploy.local.down import supervisor
from deploy.local.postgres import Postgres
from deploy.local.secrets import KEYS, Secrets, new_key

KEY = new_key()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path / "home")


@pytest.fixture
def opened(layout: Layout) -> Iterator[Layout]:
    """In use by this process."""
    with layout.lock():
        layout.open()
        yield layout


def test_only_one_process_runs_an_instance_and_is_found_to_be_stopped(layout: Layout) -> None:
    with layout.lock():
        assert layout.is_locked()
        with pytest.raises(Trouble, match="tourne déjà"), layout.lock():
            pass
    assert not layout.is_locked()
    assert supervisor(layout) is None
    with layout.lock():
        assert supervisor(layout) == os.getpid()
    with layout.lock(stoppable=False):
        assert supervisor(layout) is None


def test_a_short_shared_lock_does_not_prevent_a_start(layout: Layout) -> None:
    with layout.lock():
        pass
    with layout.lock_file.open() as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        threading.Timer(0.05, look.close).start()
        with layout.lock():
            assert layout.is_locked()


def test_an_impossible_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "within", Path("/proc/none")):
        wrong = Layout(home=home)
        with pytest.raises(Trouble, match=f"{home} ne peut pas être un dossier"), wrong.lock():
            pass
        assert not wrong.is_locked()


@pytest.mark.parametrize(
    ("found", "why"),
    [("0", "trop ancienne"), ("99", "plus récente"), ("?", "est abîmé.*écrivez-y 1"), ("", "est abîmé")],
)
def test_a_folder_of_another_version_is_refused_with_the_reason(opened: Layout, found: str, why: str) -> None:
    opened.format.write_text(found)
    with pytest.raises(Trouble, match=why):
        opened.open()


def test_a_folder_of_the_version_before_is_upgraded(opened: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    (opened.home / "old-name").write_text("kept")
    monkeypatch.setattr(layouts, "FORMAT", layouts.FORMAT + 1)
    rename = {layouts.FORMAT - 1: lambda home: (home / "old-name").rename(home / "new-name")}
    monkeypatch.setattr(layouts, "UPGRADES", rename)
    opened.open()
    assert (opened.home / "new-name").read_text() == "kept"
    assert opened.format.read_text() == f"{layouts.FORMAT}\n"


def test_a_fresh_start_erases_only_files_of_the_instance(opened: Layout) -> None:
    for folder in ("packages", "postgres", "mails"):
        (opened.home / folder).mkdir()
    opened.inbox_token.touch()
    (opened.home / "running.json.new").touch()
    (opened.home / "of-the-town.txt").write_text("kept")
    opened.erase()
    assert {entry.name for entry in opened.home.iterdir()} == {"lock", "packages", "of-the-town.txt"}


def test_a_folder_with_other_files_is_refused_and_unchanged(layout: Layout) -> None:
    layout.home.mkdir(mode=0o755)
    (layout.home / "photos").mkdir()
    with pytest.raises(Trouble, match=r"ne sont pas à Parvis.*PARVIS_HOME"), layout.lock():
        pass
    assert [entry.name for entry in layout.home.iterdir()] == ["photos"]
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o755


def test_an_empty_folder_is_taken_and_closed_to_others(layout: Layout) -> None:
    layout.home.mkdir(mode=0o755)
    with layout.lock():
        layout.open()
    with layout.lock():
        layout.open()
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o700


def test_the_folder_beside_the_command_is_ours_whatever_the_tools_left_in_it(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / ".parvis", root=tmp_path)
    layout.home.mkdir()
    (layout.home / "tests-0.xml").touch()
    with layout.lock():
        layout.open()
    assert (layout.home / "format").exists()


def test_an_erasing_that_was_killed_is_ended_by_the_next_start(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(folder: Path) -> None:
        (folder / "data" / "PG_VERSION").unlink()
        raise Killed

    with layout.lock():
        layout.open()
        (layout.home / "postgres" / "data").mkdir(parents=True)
        (layout.home / "postgres" / "data" / "PG_VERSION").touch()
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(
                layouts.shutil, "rmtree", lambda folder: killed(folder) if folder.name == "postgres" else None
            )
            layout.erase()
    with layout.lock():
        layout.open()
        assert {entry.name for entry in layout.home.iterdir()} == {"lock", "log", "format"}


def test_a_database_that_lost_files_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    damaged = Postgres(tmp_path, 15000, "password", "password", tmp_path / "log")
    with pytest.raises(Trouble, match=r"incomplète.*PG_VERSION manque.*sauvegarde.*--fresh"):
        damaged.prepare(Console(io.StringIO()))


def test_a_secret_is_drawn_once_and_only_its_owner_can_read_it(opened: Layout) -> None:
    drawn = Secrets(opened)("master")
    assert Secrets(opened)("master") == drawn
    assert stat.S_IMODE(opened.secrets.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (None, "manque alors que des données existent"),
        ('{"master":', "est abîmé"),
        ("[]", "est abîmé"),
        ('{"master": 5}', "est abîmé"),
        ('{"postgres": "p"}', "ne contient pas « master »"),
        ('{"master": "AAAA", "postgres": "p"}', "ne contient pas de clé valable dans « master »"),
        (json.dumps(dict.fromkeys(KEYS, KEY)), "ne contient pas « postgres »"),
    ],
)
def test_lost_secrets_are_never_replaced_beside_old_data(opened: Layout, left: str | None, sentence: str) -> None:
    (opened.home / "postgres" / "data").mkdir(parents=True)
    (opened.home / "postgres" / "data" / "PG_VERSION").touch()
    if left is not None:
        opened.secrets.write_text(left)
    with pytest.raises(Trouble, match=rf"secrets\.json {sentence}.*remettez en place celui d’alors"):
        Secrets(opened)("postgres")
    assert (opened.secrets.read_text() if opened.secrets.exists() else None) == left


def test_a_start_that_ended_before_its_data_does_not_block_the_next(opened: Layout) -> None:
    opened.settings.write_text('{"DATABASE_URL": "postgresql://nobody.example/x"}')
    assert all(Secrets(opened)(name) for name in (*KEYS, "postgres", "rabbitmq"))


def test_a_server_that_a_new_version_brings_gets_its_secret(opened: Layout) -> None:
    opened.settings.write_text("{}")
    opened.secrets.write_text(json.dumps(dict.fromkeys(KEYS, KEY)))
    drawn = Secrets(opened)("postgres-services")
    assert json.loads(opened.secrets.read_text()) == dict.fromkeys(KEYS, KEY) | {"postgres-services": drawn}


def test_a_private_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    write_private(file, "old")
    write_private(file, "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o600)


def test_another_folder_is_meant_from_where_the_command_was_typed(tmp_path: Path) -> None:
    assert here({"PARVIS_HOME": "mine", "PARVIS_CWD": str(tmp_path)}).home == tmp_path / "mine"


def test_a_hint_can_be_typed_as_it_stands_wherever_the_instance_lies(tmp_path: Path) -> None:
    assert Layout(home=tmp_path / ".parvis", root=tmp_path).command("down") == "./parvis down"
    elsewhere = Layout(home=tmp_path / "l’été à Caen")
    typed = subprocess.run(
        ["sh", "-c", elsewhere.command("down").replace("./parvis", "printenv PARVIS_HOME #")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert typed.stdout == f"{elsewhere.home}\n"
