"""The code of another commit, taken from this repository's history."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 60


class NotInHistory(Exception):
    """With the reason, where git gives one or is not there."""


def unpack(commit: str, folder: Path, *paths: str, repository: Path = ROOT) -> None:
    """The files of that commit, of these paths alone where any are named, in a folder that is not there yet; raises NotInHistory."""
    packed = _git(repository, "archive", "--end-of-options", commit, *paths)
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True, timeout=SECONDS)


def whole_name(commit: str, *, repository: Path = ROOT) -> str:
    """Of a commit that is named in any way; raises NotInHistory."""
    return (
        _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
        .decode()
        .strip()
    )


def of_no_repository() -> dict[str, str]:
    """The environment, in which a hook of git would name another repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def _git(repository: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *words], cwd=repository, env=of_no_repository(), capture_output=True, check=False, timeout=SECONDS
        )
    except FileNotFoundError as error:
        raise NotInHistory(str(error)) from None
    if done.returncode:
        raise NotInHistory(done.stderr.decode().strip())
    return done.stdout
