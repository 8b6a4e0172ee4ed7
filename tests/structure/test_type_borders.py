"""The files where values of any type may come in: each says why, and is there."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BORDERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["parvis"]["types"]["borders"]


def test_every_border_says_why_and_has_files() -> None:
    files = [
        path.relative_to(ROOT).as_posix() for room in ("services", "gateway") for path in (ROOT / room).rglob("*.py")
    ]

    for border in BORDERS:
        assert border["reason"]
        assert any(fnmatch(name, border["files"]) for name in files), f"no file is {border['files']}"
