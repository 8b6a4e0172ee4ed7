"""`python -m deploy.operator.wal_archive COMMAND`: base back-ups of the databases and their write-ahead log, kept in an object store.

From one base back-up and the log that follows it, the databases are restored as they were at any moment since. It runs where
PostgreSQL's own programs are, with the settings S3_… of the store of the archive, which need not be that of the services. Objects, in
a bucket of their own:

    base/2046-11-28T030000Z.tar.gz        of pg_basebackup; whole, or not there
    base/2046-11-28T030000Z.ended         made when it had ended
    wal/000000010000000000000007.gz       a file of the log, 16 MB before it is compressed
"""

import argparse
import gzip
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

import urllib3
from minio.error import S3Error
from psycopg.conninfo import conninfo_to_dict

from deploy.command.trouble import Trouble
from services.chassis import object_store
from services.chassis.object_store import UNREACHABLE
from services.chassis.settings import Settings, WrongSetting
from services.chassis.structs import Struct

APP = Path(__file__).resolve().parents[2]
NOT_KEPT = 3
"""Of `fetch`: the archive has no such file. A code of its own: Python ends with 1 or 2 for much else."""
FETCH = (
    'd="$PWD"; cd "{app}" && "{python}" -m deploy.operator.wal_archive fetch %f "$d/%p"; '
    "case $? in 0);; 3) exit 1;; *) exit 200;; esac"
)
"""PostgreSQL's restore_command. It takes codes up to 125 for the end of the log, where it ends its recovery; above, it stops."""
DIGEST = "sha256"
SEGMENT_BYTES = 16 * 1024 * 1024
LOG_FILE = re.compile(r"[0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history")
STAMP = "%Y-%m-%dT%H%M%SZ"
ENDED = re.compile(r"base/(\d{4}-\d\d-\d\dT\d{6}Z)\.ended")
PART_BYTES = 64 * 1024 * 1024  # of an object whose length is not known beforehand
AFTER_BASE = timedelta(hours=1)  # clocks of two machines differ by less
WAIT = urllib3.Timeout(connect=3, read=60)


class Base(Struct):
    """A base back-up. It has the log of its own time, so that it needs what was archived after `begun` alone."""

    name: str
    begun: datetime
    ended: datetime
    size: int


class Archive:
    """The bucket. Every method raises one of UNREACHABLE where the store does not answer or refuses."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = object_store.bucket(settings, "databases")
        self._client = object_store.client(settings, object_store.connections(WAIT))

    def make(self) -> None:
        if not self._client.bucket_exists(self.bucket):
            self._client.make_bucket(self.bucket)

    def push(self, path: Path) -> None:
        """Keeps a file of the log under its name; asked again, changes nothing. Raises Trouble where another one is kept that is needed."""
        name, content = _log(path.name), path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        kept = self._stat(name)
        if kept is None:
            body = gzip.compress(content, compresslevel=1, mtime=0)
            self._client.put_object(self.bucket, name, io.BytesIO(body), len(body), metadata={DIGEST: digest})
        elif kept.metadata.get(f"x-amz-meta-{DIGEST}") != digest and not _left(path):
            raise Trouble(
                f"L’archive a déjà un autre fichier {path.name} : deux serveurs y écrivent, rien n’est remplacé."
            )

    def fetch(self, name: str, target: Path) -> bool:
        """Writes that file of the log there, whole or not at all; False where it is not kept."""
        try:
            answer = self._client.get_object(self.bucket, _log(name))
        except S3Error as error:
            if error.code == "NoSuchKey":
                return False
            raise
        fresh = target.with_name(f"{target.name}.new")
        try:
            with answer, gzip.GzipFile(fileobj=cast("IO[bytes]", answer)) as unpacked, fresh.open("wb") as out:
                shutil.copyfileobj(unpacked, out)
            fresh.rename(target)
        finally:
            fresh.unlink(missing_ok=True)
        return True

    def keep_base(self, begun: datetime, content: IO[bytes]) -> str:
        """The name under which a base back-up is kept; whatever reading it raises, nothing is."""
        name = begun.strftime(STAMP)
        if self._stat(f"base/{name}.tar.gz"):
            raise Trouble(f"La sauvegarde {name} est déjà là : relancez la commande dans une seconde.")
        self._client.put_object(self.bucket, f"base/{name}.tar.gz", cast("Any", content), -1, part_size=PART_BYTES)
        # Stores date an object by the beginning of its upload or by its end.
        self._client.put_object(self.bucket, f"base/{name}.ended", io.BytesIO(b"\n"), 1)
        return name

    def bases(self) -> list[Base]:
        """Oldest first."""
        listed = self._client.list_objects(self.bucket, prefix="base/", recursive=True)
        found = {str(one.object_name): one for one in listed}
        return [
            Base(
                name=ended[1],
                begun=datetime.strptime(ended[1], STAMP).replace(tzinfo=UTC),
                ended=cast("datetime", one.last_modified),
                size=found[f"base/{ended[1]}.tar.gz"].size or 0,
            )
            for name, one in sorted(found.items())
            if (ended := ENDED.fullmatch(name)) and f"base/{ended[1]}.tar.gz" in found
        ]

    def unpack(self, base: Base, folder: Path) -> None:
        """Writes the files of that base back-up into the folder."""
        answer = self._client.get_object(self.bucket, f"base/{base.name}.tar.gz")
        with answer, tarfile.open(fileobj=cast("IO[bytes]", answer), mode="r|gz") as files:
            files.extractall(folder, filter="data")  # owned by who restores

    def remove_before(self, oldest: Base) -> int:
        """Removes older base back-ups, then the log that none needs any more; how many objects that were.

        Histories of timelines stay: they are small, and a restoration reads all of them.
        """
        older = [one.name for one in self.bases() if one.begun < oldest.begun]
        doomed = [f"base/{name}.{part}" for name in older for part in ("ended", "tar.gz")]
        doomed += [name for name in self._log_before(oldest.begun - AFTER_BASE) if not name.endswith(".history.gz")]
        for name in doomed:
            self._client.remove_object(self.bucket, name)
        return len(doomed)

    def _log_before(self, moment: datetime) -> Iterator[str]:
        for one in self._client.list_objects(self.bucket, prefix="wal/", recursive=True):
            if cast("datetime", one.last_modified) < moment:
                yield str(one.object_name)

    def _stat(self, name: str) -> Any:
        try:
            return self._client.stat_object(self.bucket, name)
        except S3Error as error:
            if error.code == "NoSuchKey":
                return None
            raise


def _log(name: str) -> str:
    if not LOG_FILE.fullmatch(name):
        raise Trouble(f"{name} n’est pas le nom d’un fichier du journal de PostgreSQL.")
    return f"wal/{name}.gz"


def _left(path: Path) -> bool:
    """Whether its server went on under another timeline in this file or before it.

    Servers that follow each have of such a file as much as they had received, and after that what was there before; all that counts
    of it is in the file of the other timeline. The folder has the histories, lines in any encoding: `3	0/65000130	at restore point "été"`.
    """
    if not re.match(r"[0-9A-F]{24}", path.name):
        return False
    timeline, high, number = (int(path.name[at : at + 8], 16) for at in (0, 8, 16))
    end = (high << 32) + (number + 1) * SEGMENT_BYTES
    for history in path.parent.glob("*.history"):
        for parent, switch in re.findall(rb"^(\d+)\s+([0-9A-F]+/[0-9A-F]+)", history.read_bytes(), re.MULTILINE):
            before, after = (int(part, 16) for part in switch.split(b"/"))
            if int(parent) == timeline and (before << 32) + after < end:
                return True
    return False


class Output(io.RawIOBase):
    """What a program prints. Its end is an error where the program failed: what was read then is not whole."""

    def __init__(self, program: "subprocess.Popen[bytes]") -> None:
        super().__init__()
        self._program = program

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        assert self._program.stdout is not None  # noqa: S101 -- for the type checker
        read = self._program.stdout.readinto(buffer)  # pyright: ignore[reportAttributeAccessIssue]
        if not read and self._program.wait() != 0:
            raise Trouble(f"pg_basebackup a échoué (code {self._program.returncode}) : rien n’est gardé.")
        return read


def back_up(archive: Archive, server: str) -> str:
    """Takes a base back-up of the server at that address, a standby where one of several is, and gives its name.

    Raises Trouble for an address with a password, which everyone on the machine could read.
    """
    if conninfo_to_dict(server).get("password"):
        raise Trouble("L’adresse porte un mot de passe : donnez-le par PGPASSWORD ou PGPASSFILE.")
    archive.make()
    begun = datetime.now(UTC)
    line = [
        "pg_basebackup",
        "-d",
        server,
        "-D",
        "-",
        "-F",
        "tar",
        "-X",
        "fetch",
        "-c",
        "fast",
        "-Z",
        "client-gzip:1",
        "-w",
    ]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as program:
        return archive.keep_base(begun, io.BufferedReader(Output(program), PART_BYTES))


def restore(archive: Archive, folder: Path, until: datetime | None) -> Base:
    """Makes a data folder from which PostgreSQL, once started, recovers by itself: until that moment, else to the end of the log.

    Raises Trouble where the folder holds something, or no base back-up had ended by then.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Trouble(f"{folder} n’est pas vide : rien n’y est restauré.")
    known = archive.bases()
    usable = [base for base in known if until is None or base.ended <= until]
    if not usable:
        since = f" : la première est de {known[0].ended:%Y-%m-%d %H:%M:%S} UTC" if known else ""
        raise Trouble(f"Aucune sauvegarde des bases ne précède ce moment{since}.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive.unpack(usable[-1], folder)
    (folder / "standby.signal").unlink(missing_ok=True)  # of the server that it was taken from
    (folder / "recovery.signal").touch()
    with (folder / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"restore_command = '{FETCH.format(app=APP, python=sys.executable)}'\n")
        settings.write("primary_conninfo = ''\n")
        settings.write("recovery_target_timeline = 'latest'\nrecovery_target_action = 'promote'\n")
        settings.write(f"recovery_target_time = '{until.isoformat() if until else ''}'\n")
    return usable[-1]


def tidy(archive: Archive, days: int, now: datetime) -> int:
    """Removes what no restoration of the last so many days needs: the newest base back-up before them stays."""
    before = [base for base in archive.bases() if base.ended <= now - timedelta(days=days)]
    return archive.remove_before(before[-1]) if before else 0


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError("dites le fuseau : 2046-11-28T14:30+01:00")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wal_archive", description="Sauvegardes des bases dans un stockage S3.")
    commands = parser.add_subparsers(dest="command", required=True)
    push = commands.add_parser("push", help="garde un fichier du journal (archive_command)")
    push.add_argument("path", type=Path)
    fetch = commands.add_parser("fetch", help="rend un fichier du journal (restore_command)")
    fetch.add_argument("name")
    fetch.add_argument("path", type=Path)
    base = commands.add_parser("base", help="fait une sauvegarde des bases")
    base.add_argument("server", help="adresse du serveur, comme pour pg_basebackup -d")
    commands.add_parser("make", help="crée le bucket, s’il manque")
    commands.add_parser("list", help="les sauvegardes qui sont là")
    made = commands.add_parser("restore", help="prépare un dossier de données")
    made.add_argument("folder", type=Path)
    made.add_argument("--until", type=_moment, help="jusqu’à ce moment ; sans lui, jusqu’à la fin du journal")
    old = commands.add_parser("tidy", help="retire ce qui ne sert plus")
    old.add_argument("days", type=int, help="jours auxquels on veut pouvoir revenir")
    return parser


def run(archive: Archive, asked: argparse.Namespace) -> int:
    match asked.command:
        case "push":
            archive.push(asked.path)
        case "fetch":
            return 0 if archive.fetch(asked.name, asked.path) else NOT_KEPT
        case "base":
            print(f"Sauvegarde faite : {back_up(archive, asked.server)}")
        case "make":
            archive.make()
        case "list":
            for base in archive.bases():
                print(f"{base.begun:%Y-%m-%dT%H:%M:%SZ}  {base.size / 1_000_000:.1f} Mo")
        case "restore":
            base = restore(archive, asked.folder, asked.until)
            print(
                f"Dossier prêt, depuis {base.name} : PostgreSQL y relit le journal quand il démarre. Ensuite, avant d’en faire "
                "suivre d’autres serveurs : ALTER SYSTEM RESET restore_command et recovery_target_time."
            )
        case _:
            print(f"Objets retirés : {tidy(archive, asked.days, datetime.now(UTC))}")
    return 0


def main() -> int:
    asked = _parser().parse_args()
    try:
        settings = Settings.load()
        try:
            return run(Archive(settings), asked)
        except UNREACHABLE as error:
            raise Trouble(f"Le stockage S3 {settings.s3_endpoint} ne répond pas ou refuse ({error}).") from None
    except (Trouble, WrongSetting) as trouble:
        print(f"wal_archive : {trouble}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
