"""The pages of docs/flows name functions that exist, and all pages files that do: who follows one finds each in the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOWS = sorted((ROOT / "docs" / "flows").glob("*.md"))
SOURCES = {path: path.read_text("utf-8") for home in ("services", "gateway") for path in (ROOT / home).rglob("*.py")}
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("[sgdt]*/**/README.md")]
DOTTED = re.compile(r"`((?:\w+\.)+)(?!py\b)(\w+)[^`/]*`")
PATH = re.compile(r"`((?:services|gateway|deploy|tests|docs|typings)/[\w./*-]*)(?:\{([\w./,]+)\})?([\w./*-]*)`")
FILE = re.compile(r"`([\w/]+\.py)`")


def has(owner: str, name: str) -> bool:
    """Whether a module, package or class of that name has a function, class, constant or module of the other."""
    said = re.compile(rf"^\s*(?:def|class) {name}\b|^{name}\b.* = ", re.MULTILINE)
    return any(
        (owner == path.stem or owner in path.parts or f"class {owner}" in text)
        and (name == path.stem or said.search(text))
        for path, text in SOURCES.items()
    )


@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.stem)
def test_every_function_that_a_flow_names_is_in_the_code(flow: Path) -> None:
    named = [(path.rstrip(".").split("."), name) for path, name in DOTTED.findall(flow.read_text("utf-8"))]

    assert named
    assert [(path, name) for path, name in named if not any(has(owner, name) for owner in path)] == []


@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.stem)
def test_every_file_that_a_flow_names_is_there(flow: Path) -> None:
    files = FILE.findall(flow.read_text("utf-8"))

    assert files
    assert [
        name for name in files if not (ROOT / name).exists() and not any(path.match(name) for path in SOURCES)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    named = PATH.findall(page.read_text("utf-8"))
    paths = {f"{head}{one}{tail}" for head, several, tail in named for one in several.split(",")}
    missing = {path for path in paths if not any(ROOT.glob(path)) and not (ROOT / "tests" / path).exists()}

    assert missing <= {"tests/e2e/screenshots"}, "but for what tests write"
