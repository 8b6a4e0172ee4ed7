"""Debian packages without installing them: downloaded by apt into a folder of ours and unpacked there.

apt keeps its own state under that folder, so that no privilege is needed and the machine's package lists stay as they
are; it checks the archive's signature and every package's hash, as it would for an installation.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import taken
from deploy.command.trouble import DISK_FULL, Trouble, disk_full

LIST = Path(__file__).parent.parent / "debian-packages.txt"
FORMAT = "2"  # raise it when unpacked folders must be made again
OTHER_SECONDS = 900
AUTHORITIES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
ERLANG = "/usr/lib/erlang"


def group(name: str) -> list[str]:
    for line in LIST.read_text(encoding="utf-8").splitlines():
        label, separator, packages = line.partition(":")
        if separator and label == name:
            return packages.split()
    raise KeyError(name)


@dataclass(frozen=True)
class Packages:
    """Unpacked groups, one folder each; a folder is there whole or not at all."""

    folder: Path

    def unpacked(self, name: str, console: Console, *, with_dependencies: bool = False) -> Path:
        """The folder of that group, brought first if it is missing, was moved, or its list has changed."""
        if not self._is_there(name):
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "lock").open("a", encoding="utf-8") as lock:
                what = "Une autre commande apporte des paquets"
                stuck = Trouble(f"{what} depuis trop longtemps : interrompez-la, puis recommencez.")
                console.wait(what, lambda: taken(lock), OTHER_SECONDS, lambda: stuck)
                if not self._is_there(name):
                    self._bring(name, console, with_dependencies=with_dependencies)
        return self.folder / name

    def _wanted(self, name: str) -> str:
        return "\n".join([FORMAT, str((self.folder / name).resolve()), *group(name)])

    def _is_there(self, name: str) -> bool:
        stamp = self.folder / name / "parvis-stamp"
        return stamp.exists() and stamp.read_text(encoding="utf-8") == self._wanted(name)

    def _bring(self, name: str, console: Console, *, with_dependencies: bool) -> None:
        target, fresh = self.folder / name, self.folder / f"{name}.new"
        try:
            for old in (fresh, target):
                shutil.rmtree(old, ignore_errors=True)
            fresh.mkdir(parents=True)
            self._fetch(name, fresh, console, with_dependencies=with_dependencies)
            _relocate_erlang(fresh, target.resolve())
            (fresh / "parvis-stamp").write_text(self._wanted(name), encoding="utf-8")
            fresh.rename(target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _fetch(self, name: str, fresh: Path, console: Console, *, with_dependencies: bool) -> None:
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            raise Trouble(
                "apt-get et dpkg manquent : le mode local demande Debian ou une distribution qui en dérive ; "
                "ailleurs, utilisez docker compose up."
            )
        state = self.folder / "apt"
        downloads = fresh / "debs"
        for needed in (state / "lists" / "partial", state / "cache" / "archives" / "partial", downloads):
            needed.mkdir(parents=True, exist_ok=True)
        options = [
            "-o", f"Dir::State::lists={state / 'lists'}",
            "-o", f"Dir::Cache={state / 'cache'}",
            "-o", "Debug::NoLocking=1",
            "-o", "Acquire::Retries=3",
            "-o", "APT::Sandbox::User=" + ("root" if os.geteuid() == 0 else ""),
            *authority(),
        ]  # fmt: skip
        self._apt(["apt-get", *options, "update"], "Lecture des listes de paquets Debian", console)
        packages = group(name)
        if with_dependencies:
            packages = self._closure(packages, options, console)
        self._apt(
            ["apt-get", *options, "download", *packages],
            f"Téléchargement de {len(packages)} paquets Debian ({name})",
            console,
            cwd=downloads,
        )
        for package in sorted(downloads.glob("*.deb")):
            self._apt(["dpkg", "-x", package, fresh], f"Ouverture de {package.name.partition('_')[0]}", console)
        shutil.rmtree(downloads)
        shutil.rmtree(state)

    def _closure(self, packages: list[str], options: list[str], console: Console) -> list[str]:
        """Those packages and all they depend on, as far as real packages go."""
        said = self._apt(
            [
                "apt-cache", *options, "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                "--no-breaks", "--no-replaces", "--no-enhances", *packages,
            ],
            "Recherche des dépendances",
            console,
        )  # fmt: skip
        return sorted({line for line in said.splitlines() if line and line[0] not in " <|"})

    def _apt(self, argv: list[str | Path], what: str, console: Console, *, cwd: Path | None = None) -> str:
        log = self.folder / "apt.log"
        # The proxy variables of the person stay; the language of apt's messages must not change under us.
        code, said = console.run(what, argv, seconds=600, cwd=cwd, env={**os.environ, "LC_ALL": "C.UTF-8"}, log=log)
        if code == 0:
            return said
        if disk_full(self.folder, said):
            raise Trouble(DISK_FULL)
        errors = [line for line in said.splitlines() if line.startswith("E:")] or said.splitlines()[-1:]
        raise Trouble(
            f"{what} : échec ({' '.join(errors)[:300]}) ; vérifiez le réseau, le mandataire (http_proxy) et les "
            f"sources d’apt, puis relancez la commande (détail : {log})."
        )


def authority() -> list[str]:
    """The usual variables of a private certificate authority, of which apt reads none."""
    named = next((os.environ[name] for name in AUTHORITIES if os.environ.get(name)), None)
    return ["-o", f"Acquire::https::CAInfo={named}"] if named else []


def _relocate_erlang(unpacked: Path, target: Path) -> None:
    """Debian writes Erlang's root into its launchers (the second is what a node starts another one with), and no variable
    overrides it."""
    for launcher in (unpacked / "usr/lib/erlang").glob("**/bin/erl"):
        text = launcher.read_text(encoding="utf-8")
        launcher.write_text(text.replace(ERLANG, f"{target}{ERLANG}"), encoding="utf-8")
