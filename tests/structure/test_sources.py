"""The shape of the sources: layers, sizes, names, and a page for every setting."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.structure import typography
from tests.structure.settings_page import PAGE, settings_page

ROOT = Path(__file__).parent.parent.parent
LONGEST_FILE = 350


def sources() -> list[Path]:
    return [path for folder in ("services", "gateway", "deploy") for path in sorted((ROOT / folder).rglob("*.py"))]


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    long = [
        str(path.relative_to(ROOT)) for path in sources() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE
    ]

    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if (text := path.read_text("utf-8").strip()) and not text.startswith(('"""', "#!"))
    ]

    assert silent == []


@pytest.mark.parametrize("folder", sorted((ROOT / "services").glob("*/migrations")), ids=lambda path: path.parent.name)
def test_migrations_are_numbered_without_doubles(folder: Path) -> None:
    names = [path.name for path in sorted(folder.glob("*.sql")) if not path.name.endswith(".rollback.sql")]
    numbers = [name[:4] for name in names]

    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name) for name in names)
    assert len(numbers) == len(set(numbers))


def test_every_setting_is_documented() -> None:
    assert PAGE.read_text("utf-8") == settings_page(), "python -m tests.structure.settings_page writes it anew"


def test_each_line_of_the_guide_to_changes_stands_there_once() -> None:
    lines = (ROOT / "docs" / "changing.md").read_text("utf-8").splitlines()
    said = Counter(line.split(" | ")[0] for line in lines if line.startswith("| "))

    assert [one for one, times in said.items() if times > 1] == ["| to change", "| ---"]


def test_no_line_breaks_before_french_punctuation() -> None:
    loose = [
        str(path.relative_to(ROOT))
        for path in typography.texts()
        if typography.typeset(path) != path.read_text("utf-8")
    ]

    assert loose == [], "python -m tests.structure.typography sets the spaces"
