"""The archive crosses a fail-over: what the server that led had not archived is there, and what it wrote alone is not restored."""

from pathlib import Path

from minio import Minio

from tests.servers.archived import PUSH, Command, address, archived, asked, cluster, filed
from tests.support.people import eventually


def test_a_server_that_is_promoted_goes_on_archiving_and_its_log_is_restored(
    server_addresses: dict[str, str], worker: str, s3: Minio, tmp_path: Path
) -> None:
    """The leader is cut off from the archive, then from the standby. `s3`: named so that the bucket is removed."""
    command = Command({**server_addresses, "S3_BUCKET_PREFIX": f"{worker}-over"})
    assert command("make").returncode == 0
    cut = tmp_path / "cut"
    always = ("archive_mode=always", "wal_keep_size=256MB")
    with cluster(tmp_path, command, servers=5) as running:
        leader = running.start("leader", *always, f"archive_command=test ! -e {cut} && {PUSH}")
        standby = running.follow(leader, "standby", *always, f"archive_command={PUSH}")
        asked(leader, "CREATE TABLE filed AS SELECT 'a: archived by both' AS what")
        assert command("base", address(leader, standby)).returncode == 0

        cut.touch()
        asked(leader, "INSERT INTO filed VALUES ('b: in a whole file that the leader did not archive')")
        asked(leader, "SELECT pg_switch_wal()")
        asked(leader, "INSERT INTO filed VALUES ('c: in one that was begun')")
        before = asked(leader, "SELECT clock_timestamp()")
        written = asked(leader, "SELECT pg_current_wal_lsn()")
        eventually(lambda: asked(standby, f"SELECT pg_last_wal_replay_lsn() >= '{written}'"), "the standby to have all")
        assert asked(standby, "SELECT pg_promote()")
        asked(leader, "INSERT INTO filed VALUES ('x: by the old leader alone')")
        asked(standby, "INSERT INTO filed VALUES ('d: after the fail-over')")
        after = asked(standby, "SELECT clock_timestamp()")
        asked(standby, "INSERT INTO filed VALUES ('e: too late')")
        archived(standby)
        cut.unlink()
        archived(leader)

        moments = {"before": before, "after": after}
        found = {name: filed(running.restored(name, "--until", one.isoformat())) for name, one in moments.items()}
        found["end"] = filed(running.restored("end"))
    assert {name: "".join(what[0] for what in rows) for name, rows in found.items()} == {
        "before": "abc",
        "after": "abcd",
        "end": "abcde",
    }
