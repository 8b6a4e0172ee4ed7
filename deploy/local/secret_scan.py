"""`python -m deploy.local.secret_scan`: no password or key lies in our files.

What only looks like one is listed in `.secrets-allowed`: a path, a kind, and why. Tests are left out: theirs are invented.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from deploy.command.layout import ROOT

SCANNED = ("services", "gateway", "deploy", "docs", ".ci", "parvis", "README.md", "docker-compose.yml")
LEFT_OUT = (".lock", ".pyc", ".svg", ".png", ".jpg", ".ogg", ".wav")
ALLOWED = ROOT / ".secrets-allowed"


def allowed() -> set[tuple[str, str]]:
    """Path and kind of each line: `path | kind | why`."""
    lines = [line for line in ALLOWED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {(path.strip(), kind.strip()) for path, kind, _ in (line.split("|", 2) for line in lines)}


def files() -> Iterator[Path]:
    for name in SCANNED:
        place = ROOT / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (file for file in found if file.is_file() and file.suffix not in LEFT_OUT)


def main() -> int:
    """Prints each finding that is not allowed; 1 when there is one."""
    known = allowed()
    found = 0
    with default_settings():
        for file in files():
            path = file.relative_to(ROOT).as_posix()
            for secret in scan_file(str(file)):
                if (path, secret.type) not in known:
                    print(f"{path}:{secret.line_number}: {secret.type}")
                    found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
