"""The folder of an instance: what lies where, who may use it, and which version made it."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deploy.command import notes
from deploy.command.trouble import NO_ROOM, Trouble

ROOT = Path(__file__).parent.parent.parent
FORMAT = 1  # of the instance's folder; raise it together with a step in UPGRADES
UPGRADES: dict[int, Callable[[Path], None]] = {}  # from that format to the next one
ANEW = "recommencez à neuf avec ./parvis up --fresh (les données sont perdues)"
DAMAGED = f"si ses données sont abîmées, remettez une sauvegarde (docs/operating.md), ou {ANEW}"
LOOK_SECONDS = 0.3  # another command only looks whether the lock is held, or clears up for as long


class _Entry:
    """A file or folder of that name in the instance's folder."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, layout: Layout, _: type[Layout]) -> Path:
        return layout.home / self.name


@dataclass(frozen=True)
class Layout:
    """Paths of one instance. Programs are unpacked once a checkout, whichever instance uses them."""

    home: Path
    root: Path = ROOT

    logs = _Entry("log")
    mails = _Entry("mails")
    inbox_token = _Entry("mails/token")  # opens the demonstration's inbox
    published = _Entry("published")  # what the gateway keeps of what the town published
    running = _Entry("running.json")  # the processes and addresses of an instance that is up
    settings = _Entry("settings.json")
    logins = _Entry("logins.txt")
    ports = _Entry("ports.json")
    secrets = _Entry("secrets.json")
    named_servers = _Entry("named-servers.json")  # the servers with data that the environment named at the last start
    partner_logins = _Entry("partner-logins.json")  # what the demonstration's partner sites accept
    importing = _Entry("importing")  # the name of the town whose first import has not ended yet
    lock_file = _Entry("lock")  # locked by the process that runs the instance, whose number it holds meanwhile
    erasing = _Entry("erasing")  # there while the data are being erased
    format = _Entry("format")

    @property
    def packages(self) -> Path:
        return self.root / ".parvis" / "packages"

    @property
    def instance(self) -> str:
        """The name that every process of this instance carries in its environment."""
        return str(self.home.resolve())

    def command(self, words: str) -> str:
        """What to type for this instance, wherever its folder lies."""
        home = "" if self.home == self.root / ".parvis" else f"PARVIS_HOME={shlex.quote(self.instance)} "
        return f"{home}./parvis {words}"

    def has_data(self, server: str) -> bool:
        """Whether the private server in the folder of that name has ever kept anything."""
        return any((self.home / server / "data").glob("*"))

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def is_ours(self) -> bool:
        """Whether the folder may be used, closed to others and erased: it was made by us, or holds no files."""
        if self.home == self.root / ".parvis" or self.format.exists() or self.erasing.exists():
            return True
        return not self.home.exists() or {entry.name for entry in self.home.iterdir()} <= {*MADE, self.lock_file.name}

    def open(self) -> None:
        """Brings the folder of an older version up to date; refuses one that we do not understand.

        Ends an erasing that was cut short. Call it with the lock in hand, which makes the folder.
        """
        if self.erasing.exists():
            self.erase()
        self.home.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        if not self.format.exists():
            write_private(self.format, f"{FORMAT}\n")
        found = notes.read(self.format, int, f"écrivez-y {FORMAT} si cette version de Parvis l’a fait, ou {ANEW}") or 0
        while found in UPGRADES and found < FORMAT:
            UPGRADES[found](self.home)
            found += 1
            write_private(self.format, f"{found}\n")
        if found != FORMAT:
            whose = "plus récente" if found > FORMAT else "trop ancienne"
            raise Trouble(
                f"Le dossier {self.home} vient d’une version {whose} de Parvis (format {found}, attendu {FORMAT}) : "
                f"utilisez cette version-là, ou {ANEW}."
            )

    def erase(self) -> None:
        """Removes all that instances make here and nothing else. Call it with the lock in hand.

        Killed half-way, it is ended by the next `open`: half of the data must not be taken for an instance.
        """
        self.erasing.touch()
        for entry in (self.home / name for name in MADE):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
        self.erasing.unlink()

    @contextmanager
    def lock(self, timeout: float = LOOK_SECONDS, *, stoppable: bool = True) -> Generator[None]:
        """Makes this process the one that runs the instance; the kernel frees the lock however the process ends.

        Raises Trouble when another one holds it for longer than `timeout` (a command that looks holds it for less); also for a folder
        that holds files of others, in which nothing is touched. `down` stops the holder whose number it finds there, which is only
        the one that says it is `stoppable`.
        """
        try:
            if not self.is_ours():
                raise Trouble(
                    f"{self.home} contient des fichiers qui ne sont pas à Parvis : rien n’y a été touché ; donnez par "
                    "PARVIS_HOME un dossier vide, ou qui n’existe pas encore."
                )
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError, FileNotFoundError):
            raise Trouble(
                f"{self.home} ne peut pas être un dossier : choisissez-en un autre avec PARVIS_HOME."
            ) from None
        late = time.monotonic() + timeout
        with self.lock_file.open("a+", encoding="utf-8") as held:
            while not taken(held):
                if time.monotonic() > late:
                    raise Trouble(
                        f"Parvis tourne déjà dans ce dossier : {self.command('status')} le montre, {self.command('down')} l’arrête."
                    )
                time.sleep(LOOK_SECONDS / 10)
            held.truncate(0)
            held.write(f"{os.getpid()}\n" if stoppable else "")
            held.flush()
            try:
                yield
            finally:
                held.truncate(0)

    def is_locked(self) -> bool:
        """True while some process runs the instance, or is starting or stopping it."""
        try:
            with self.lock_file.open("r", encoding="utf-8") as probe:
                fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except BlockingIOError:
            return True
        return False


ENTRIES = {entry.name for entry in vars(Layout).values() if isinstance(entry, _Entry) and "/" not in entry.name} - {
    "lock",
    "erasing",
}
MADE = frozenset({*ENTRIES, *(f"{name}.new" for name in ENTRIES), "postgres", "rabbitmq", "s3"})
"""All that an instance puts into its folder besides its lock: what `--fresh` may erase."""


def taken(file: TextIO) -> bool:
    """Takes the file's lock unless another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def here(environ: Mapping[str, str] = os.environ) -> Layout:
    """The instance that the environment means: PARVIS_HOME, or `.parvis` beside the command."""
    named = environ.get("PARVIS_HOME")
    if not named:
        return Layout(home=ROOT / ".parvis")
    return Layout(home=caller_path(named, environ))


def caller_path(path: str, environ: Mapping[str, str] = os.environ) -> Path:
    """A path as the person meant it: from the folder in which the command was typed."""
    return Path(environ.get("PARVIS_CWD", ".")) / Path(path).expanduser()


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def rewrite_private(path: Path, text: str) -> None:
    """The same; on a full disk in the room that the file has, where the text then is not whole for a moment."""
    try:
        write_private(path, text)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        with path.open("r+b") as file:
            file.write(text.encode())
            file.truncate()
