"""The type checker, and the count of values of any type: `python -m tests.structure.type_count`.

`pyproject.toml` has the rules, the files where values come in untyped (`borders`, each with its reason), and how many values of
any type there may be elsewhere (`most`): neither more nor less, so that the number falls with them and never rises.
"""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """1 where there is an error, or where values of any type are not as many as `most` says; both are printed."""
    checker = Path(sys.executable).parent / "basedpyright"
    said = subprocess.run([checker, "--outputjson"], cwd=ROOT, capture_output=True, check=False).stdout
    found = json.loads(said)["generalDiagnostics"]
    errors = [one for one in found if one["severity"] == "error"]
    for one in errors:
        say(f"{_file(one)}:{one['range']['start']['line'] + 1}: {one['message']}")
    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["parvis"]["types"]
    borders = [border["files"] for border in allowed["borders"]]
    untyped = Counter(_file(one) for one in found if one["severity"] == "warning")
    outside = {name: count for name, count in untyped.items() if not any(fnmatch(name, border) for border in borders)}
    if (count := sum(outside.values())) != allowed["most"]:
        say(f"{count} valeurs de type quelconque hors des frontières ; pyproject.toml en dit {allowed['most']} :")
        say("typez ce qui est nouveau, ou abaissez « most » à ce nombre. Les fichiers qui en ont le plus :")
        for name, most in sorted(outside.items(), key=lambda one: -one[1])[:20]:
            say(f"  {most:4} {name}")
    return 1 if errors or count != allowed["most"] else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _file(diagnostic: dict[str, Any]) -> str:
    return Path(diagnostic["file"]).relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
