"""An instance's folder: one user at a time, one version, nothing half-written."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from deploy.local import layout as layouts
from deploy.local.down import supervisor
from deploy.local.layout import Layout, here, read_json, write_private
from deploy.local.secrets import Secrets
from deploy.local.trouble import Trouble


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path / "home")


def test_only_one_process_runs_an_instance(layout: Layout) -> None:
    with layout.lock():
        assert layout.is_locked()
        with pytest.raises(Trouble, match="tourne déjà"), layout.lock():
            pass
    assert not layout.is_locked()


def test_whoever_looks_for_a_moment_does_not_forbid_a_start(layout: Layout) -> None:
    with layout.lock():
        pass
    with layout.lock_file.open() as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        threading.Timer(0.05, look.close).start()
        with layout.lock():
            assert layout.is_locked()


def test_only_the_one_that_may_be_stopped_is_found(layout: Layout) -> None:
    assert supervisor(layout) is None
    with layout.lock():
        assert supervisor(layout) == os.getpid()
    with layout.lock(stoppable=False):
        assert supervisor(layout) is None


def test_what_cannot_be_a_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "within", Path("/proc/none")):
        wrong = Layout(home=home)
        with pytest.raises(Trouble, match=f"{home} ne peut pas être un dossier"), wrong.lock():
            pass
        assert not wrong.is_locked()


def test_nobody_else_can_read_the_folder(layout: Layout) -> None:
    with layout.lock():
        layout.open()
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o700


@pytest.mark.parametrize(("found", "why"), [("0", "trop ancienne"), ("99", "plus récente"), ("?", "trop ancienne")])
def test_a_folder_of_another_version_is_refused_with_the_reason(layout: Layout, found: str, why: str) -> None:
    with layout.lock():
        layout.open()
        (layout.home / "format").write_text(found)
        with pytest.raises(Trouble, match=why):
            layout.open()


def test_a_folder_of_the_version_before_is_upgraded(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    with layout.lock():
        layout.open()
        (layout.home / "old-name").write_text("kept")
        monkeypatch.setattr(layouts, "FORMAT", layouts.FORMAT + 1)
        rename = {layouts.FORMAT - 1: lambda home: (home / "old-name").rename(home / "new-name")}
        monkeypatch.setattr(layouts, "UPGRADES", rename)
        layout.open()
    assert (layout.home / "new-name").read_text() == "kept"
    assert (layout.home / "format").read_text() == f"{layouts.FORMAT}\n"


def test_beginning_anew_keeps_what_was_downloaded(layout: Layout) -> None:
    with layout.lock():
        layout.open()
        (layout.home / "packages").mkdir()
        (layout.home / "postgres").mkdir()
        layout.erase()
        assert {entry.name for entry in layout.home.iterdir()} == {"lock", "packages"}


def test_a_secret_is_drawn_once_and_only_its_owner_can_read_it(layout: Layout) -> None:
    with layout.lock():
        layout.open()
        drawn = Secrets(layout)("master")
        assert Secrets(layout)("master") == drawn
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o600


def test_lost_secrets_are_never_replaced_beside_old_data(layout: Layout) -> None:
    with layout.lock():
        layout.open()
        (layout.home / "postgres" / "data").mkdir(parents=True)
        with pytest.raises(Trouble, match=r"secrets\.json"):
            Secrets(layout)


def test_a_file_cut_short_by_a_crash_reads_as_missing(tmp_path: Path) -> None:
    file = tmp_path / "running.json"
    file.write_text('{"pid": 1')
    assert read_json(file) is None


def test_a_private_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    write_private(file, "old")
    write_private(file, "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o600)


def test_another_folder_is_meant_from_where_the_command_was_typed(tmp_path: Path) -> None:
    assert here({"PARVIS_HOME": "mine", "PARVIS_CWD": str(tmp_path)}).home == tmp_path / "mine"
