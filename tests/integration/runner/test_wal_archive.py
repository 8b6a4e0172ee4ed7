"""Base back-ups and the write-ahead log in the object store: the databases as they were at a moment, on a new machine."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio

from deploy.command.trouble import Trouble
from deploy.operator.wal_archive import APP, FETCH, NOT_KEPT, Archive, tidy
from services.chassis.settings import Settings
from tests.servers.archived import PUSH, Command, address, archived, asked, cluster, filed

SEGMENT = "0000000A00000001000000FE"


@pytest.fixture(scope="module")
def settings(server_addresses: dict[str, str], worker: str, s3: Minio) -> Settings:
    """Of an archive of this worker alone; its bucket is removed with the others."""
    return Settings.load({**server_addresses, "S3_BUCKET_PREFIX": f"{worker}-archive"})


@pytest.fixture(scope="module")
def archive(settings: Settings) -> Archive:
    made = Archive(settings)
    made.make()
    return made


@pytest.fixture(scope="module")
def command(server_addresses: dict[str, str], worker: str, archive: Archive) -> Command:
    return Command({**server_addresses, "S3_BUCKET_PREFIX": f"{worker}-archive"})


def test_the_databases_come_back_as_they_were_at_a_moment_or_at_the_end(command: Command, tmp_path: Path) -> None:
    with cluster(tmp_path, command, servers=4) as running:
        primary = running.start("primary", "archive_mode=on", f"archive_command={PUSH}", "wal_keep_size=256MB")
        standby = running.follow(primary, "standby")
        asked(primary, "CREATE TABLE filed AS SELECT 'before the back-up' AS what")
        taken = command("base", address(primary, standby))
        assert (taken.returncode, taken.stderr) == (0, "")
        asked(primary, "INSERT INTO filed VALUES ('after it')")
        moment = asked(primary, "SELECT clock_timestamp()")
        asked(primary, "INSERT INTO filed VALUES ('too late')")
        archived(primary)

        assert filed(running.restored("moment", "--until", moment.isoformat())) == ["after it", "before the back-up"]
        assert filed(running.restored("end")) == ["after it", "before the back-up", "too late"]
    assert "BACKUP FROM: standby" in (tmp_path / "end" / "data" / "backup_label.old").read_text("utf-8")
    assert "Mo" in command("list").stdout


def test_a_back_up_that_breaks_off_is_not_kept(archive: Archive, command: Command) -> None:
    before = archive.bases()
    refused = command("base", "host=127.0.0.1 port=1 user=parvis")
    assert refused.returncode == 1
    assert "pg_basebackup a échoué" in refused.stderr
    assert "mot de passe" in command("base", "postgresql://parvis:secret@127.0.0.1/postgres").stderr
    assert archive.bases() == before


def test_a_file_of_the_log_is_kept_once_and_never_replaced(archive: Archive, command: Command, tmp_path: Path) -> None:
    file = tmp_path / SEGMENT
    file.write_bytes(b"what was written" * 1000)
    archive.push(file)
    archive.push(file)
    file.write_bytes(b"by another server")
    with pytest.raises(Trouble, match="deux serveurs y écrivent"):
        archive.push(file)
    back = tmp_path / "back"
    assert command("fetch", SEGMENT, back).returncode == 0
    assert back.read_bytes() == b"what was written" * 1000
    refused = command("push", tmp_path / "parvis.conf")
    assert (refused.returncode, "n’est pas le nom d’un fichier du journal" in refused.stderr) == (1, True)


def test_a_file_that_a_later_timeline_left_is_kept_as_it_came_first(
    archive: Archive, command: Command, tmp_path: Path
) -> None:
    """Of two standbys, which after the switch have other bytes in it."""
    file, history = tmp_path / "0000000D00000001000000FE", tmp_path / "0000000E.history"
    for content in (b"log, then zeros", b"log, then an older log"):
        file.write_bytes(content)
        history.write_text("12\t0/50000A8\tpromoted\n13\t1/FE000130\tpromoted\n", "ascii")
        assert command("push", file).returncode == 0
    back = tmp_path / "back"
    assert archive.fetch(file.name, back)
    assert back.read_bytes() == b"log, then zeros"

    history.write_text("13\t1/FF000130\tpromoted\n", "ascii")  # after the end of this file
    assert "deux serveurs y écrivent" in command("push", file).stderr


def test_a_restore_point_may_have_any_name(command: Command, tmp_path: Path) -> None:
    """The history of the timeline that a restoration to it began names it, in the encoding of the database it was made in."""
    file, history = tmp_path / "0000000F00000001000000FE", tmp_path / "00000010.history"
    first, last = '14\t0/50000A8\tat restore point "été"\n', '15\t1/FE000130\tat restore point "clôture"\n'
    history.write_bytes(first.encode("latin-1") + last.encode())
    for content in (b"log, then zeros", b"log, then an older log"):
        file.write_bytes(content)
        pushed = command("push", file)
        assert (pushed.returncode, pushed.stderr) == (0, "")


def test_only_what_is_not_kept_is_the_end_of_the_log(
    command: Command, s3: Minio, archive: Archive, tmp_path: Path
) -> None:
    """PostgreSQL takes a code of 1 to 125 for the end, and would be promoted with less than there is."""

    def fetched(name: str, **changed: str) -> int:
        line = FETCH.format(app=APP, python=sys.executable).replace("%f", name).replace("%p", "file")
        environment = {name: value for name, value in command.environment.items() if name != "PYTHONPATH"}
        return subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment | changed, check=False).returncode

    kept, damaged = "0000000B0000000100000002", "0000000B0000000100000003"
    (tmp_path / kept).write_bytes(b"log")
    archive.push(tmp_path / kept)
    (tmp_path / kept).unlink()
    s3.put_object(archive.bucket, f"wal/{damaged}.gz", io.BytesIO(b"not whole"), 9)

    assert fetched(kept) == 0
    (tmp_path / "file").unlink()
    assert fetched("0000000B0000000100000001") == 1
    assert fetched(damaged) == 200
    assert fetched(kept, S3_ENDPOINT="127.0.0.1:1") == 200
    assert fetched(kept, S3_SECURE="peut-être") == 200
    assert list(tmp_path.iterdir()) == []
    assert command("fetch", "0000000B0000000100000001", tmp_path / "file").returncode == NOT_KEPT


def test_nothing_is_restored_over_data_or_from_before_the_first_back_up(command: Command, tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").touch()
    assert "n’est pas vide" in command("restore", tmp_path).stderr
    early = command("restore", tmp_path / "new", "--until", "2020-01-01T00:00Z")
    assert early.returncode == 1
    assert "Aucune sauvegarde des bases ne précède ce moment" in early.stderr
    assert command("restore", tmp_path / "new", "--until", "2020-01-01T00:00").returncode == 2  # without a time zone


def test_what_no_restoration_needs_any_more_is_removed(settings: Settings, worker: str, tmp_path: Path) -> None:
    archive = Archive(replace(settings, s3_bucket_prefix=f"{worker}-tidy"))  # of its own: nothing here can be restored
    archive.make()
    now = datetime.now(UTC)
    for name in ("0000000C0000000100000001", "0000000C.history"):
        (tmp_path / name).write_bytes(b"log")
        archive.push(tmp_path / name)
    archive.keep_base(now - timedelta(days=9), io.BytesIO(b"a back-up"))
    last = archive.keep_base(now + timedelta(hours=2), io.BytesIO(b"begun after what was archived"))

    assert tidy(archive, 7, now) == 0  # each counts from its end, which the store dates
    tidy(archive, 7, now + timedelta(days=7, minutes=5))

    assert [base.name for base in archive.bases()] == [last]
    assert not archive.fetch("0000000C0000000100000001", tmp_path / "file")
    assert archive.fetch("0000000C.history", tmp_path / "history")
