"""The catalogue of components (`tests/components`) leaves none out: what is not seen there is not looked after."""

from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "gateway" / "pages" / "templates"
PARTS = "components/"
CATALOGUE = sorted((ROOT / "tests" / "components" / "templates").rglob("*.html"))
FRAMES = {"base.html", "agent/_base.html"}
Macro = tuple[str, str]

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
COMPONENTS = [name for name in NAMES if name.startswith(PARTS) and not Path(name).name.startswith("_")]


@cache
def parsed(name: str | Path) -> nodes.Template:
    """A template of the product by its name, or of the catalogue by its path."""
    environment = Environment(autoescape=True)
    return environment.parse((TEMPLATES / name).read_text("utf-8"))


def macros_called(name: str | Path) -> set[Macro]:
    """The macros that a template calls, its own and those of other files: (file, name)."""
    tree = parsed(name)
    known: dict[str, Macro] = {macro.name: (str(name), macro.name) for macro in tree.find_all(nodes.Macro)}
    for one in tree.find_all(nodes.FromImport):
        assert isinstance(one.template, nodes.Const)
        for item in one.names:
            original, local = item if isinstance(item, tuple) else (item, item)
            known[local] = (one.template.value, original)
    called = {call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    return {macro for local, macro in known.items() if local in called}


def files_included(name: str | Path) -> set[str]:
    return {one.template.value for one in parsed(name).find_all(nodes.Include) if isinstance(one.template, nodes.Const)}


SHOWN: list[str | Path] = [*CATALOGUE, *FRAMES]
CALLED_THERE = {macro for name in SHOWN for macro in macros_called(name)}


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_file_of_parts_is_seen_in_the_catalogue(component: str) -> None:
    seen = {file for file, _ in CALLED_THERE} | {file for name in SHOWN for file in files_included(name)}

    assert component in seen


def test_every_part_that_a_page_uses_is_seen_in_the_catalogue_or_is_part_of_another() -> None:
    of_parts = {macro for name in NAMES if name.startswith(PARTS) for macro in macros_called(name)}
    of_pages = {macro for name in NAMES if not name.startswith(PARTS) for macro in macros_called(name)}

    assert {macro for macro in of_pages if macro[0].startswith(PARTS)} <= CALLED_THERE | of_parts


@pytest.mark.parametrize("name", NAMES)
def test_a_dot_between_two_words_is_drawn_by_the_style_sheet_and_never_ends_a_line(name: str) -> None:
    assert "·" not in (TEMPLATES / name).read_text("utf-8")
