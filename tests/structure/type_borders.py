"""The type checker, and values of any type outside the borders: `python -m tests.structure.type_borders`.

`pyproject.toml` has the rules and the files where values come in untyped (`borders`, each with its reason).
"""

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """1 where there is an error or a value of any type outside the borders; each is printed with its file and line."""
    checker = Path(sys.executable).parent / "basedpyright"
    said = subprocess.run([checker, "--outputjson"], cwd=ROOT, capture_output=True, check=False).stdout
    found = json.loads(said)["generalDiagnostics"]
    borders = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["parvis"]["types"]["borders"]
    refused = [one for one in found if one["severity"] == "error" or not _inside(_file(one), borders)]
    for one in refused:
        sys.stdout.write(f"{_file(one)}:{one['range']['start']['line'] + 1}: {one['message']}\n")
    return 1 if refused else 0


def _inside(file: str, borders: list[dict[str, str]]) -> bool:
    return any(fnmatch(file, border["files"]) for border in borders)


def _file(diagnostic: dict[str, Any]) -> str:
    return Path(diagnostic["file"]).relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
