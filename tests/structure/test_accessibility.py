"""The assessment of the pages: whole, of pages that are looked at, by tests and rules that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from gateway.pages.site.assessment import Criterion, Result, assessment
from tests.e2e.journeys.looks import TAGS
from tests.structure.accessibility_page import LOOK, PAGE, READERS, accessibility_page
from tests.support.addresses import ADMINISTRATOR, AGENT, CITIZEN, VISITOR

ROOT = Path(__file__).parents[2]
CRITERIA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many each theme of the RGAA has."""
LOOKED_AT = dict(zip(READERS, (VISITOR, CITIZEN, AGENT, ADMINISTRATOR), strict=True))
NOT_RUN = {"experimental", "deprecated"}
"""Rules of axe that no run has unless it asks for them."""
RULE = re.compile(r'\{id:"([a-z0-9-]+)"(?:(?!\{id:").)*?tags:\[([^\]]*)\]')
FOUND = list(assessment().all_criteria())
WOULD_APPLY = {
    "1.9": "<figcaption",
    "2.1": "<i?frame",
    "4.3": "<video",
    "4.8": "<object|<embed",
    "4.10": "autoplay",
    "8.7": r'\blang="(?!fr")',
    "9.4": "<blockquote|<q>",
    "11.8": "<optgroup",
    "13.8": "<marquee|<blink",
    "13.10": "draggable|pinch|touchmove",
    "13.12": "devicemotion|deviceorientation",
}
"""By criterion: what a page that has it has in its template or its scripts. Where it is there, NA is not true."""


@cache
def rules_run() -> set[str]:
    """The rules of axe that judge each page."""
    tagged = {rule: set(re.findall(r'"([^"]+)"', tags)) for rule, tags in RULE.findall(AXE_SCRIPT)}
    return {rule for rule, tags in tagged.items() if tags & set(TAGS) and not tags & NOT_RUN}


@cache
def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def exists(named: str) -> bool:
    """Whether there is that rule of axe, or that test."""
    if named.startswith("axe "):
        return named.removeprefix("axe ") in rules_run()
    path, _, test = named.partition("::")
    return (ROOT / path).is_file() and test in functions_of(ROOT / path)


def test_the_page_of_the_documentation_is_that_of_the_assessment() -> None:
    assert PAGE.read_text("utf-8") == accessibility_page(), "python -m tests.structure.accessibility_page writes it"


def test_every_criterion_of_the_rgaa_is_there_once_and_in_order() -> None:
    expected = [f"{theme}.{number}" for theme, count in enumerate(CRITERIA, 1) for number in range(1, count + 1)]

    assert [one.number for one in FOUND] == expected
    assert len(expected) == 106


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.number)
def test_a_result_says_by_what_it_was_reached(one: Criterion) -> None:
    tried = bool(one.tool or one.tree or one.eye)
    match one.result:
        case Result.CONFORMING:
            assert tried, "what nobody tried is NT"
        case Result.NOT_CONFORMING:
            assert tried
            assert one.pages
            assert one.defect
        case Result.NOT_APPLICABLE:
            assert one.note, "why it does not apply"
        case Result.NOT_TRIED:
            assert one.note
            assert one.unknown, "the statement says what was not tried"
    assert bool(one.defect) == (one.result is Result.NOT_CONFORMING)


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.number)
def test_a_criterion_names_tests_and_rules_that_there_are(one: Criterion) -> None:
    assert [named for named in (*one.tool, *one.tree, LOOK) if not exists(named)] == []


@pytest.mark.parametrize("one", [one for one in FOUND if one.number in WOULD_APPLY], ids=lambda one: one.number)
def test_what_a_page_has_is_not_said_not_to_apply(one: Criterion) -> None:
    pages = ROOT / "gateway" / "pages"
    texts = [*(pages / "templates").rglob("*.html"), *(pages / "static").glob("*.js")]
    having = [text.name for text in texts if re.search(WOULD_APPLY[one.number], text.read_text("utf-8"))]

    assert one.result is not Result.NOT_APPLICABLE or having == []


def test_the_sample_is_of_pages_that_a_browser_looks_at() -> None:
    sample = [(one.reader, one.address) for one in assessment().sample]

    assert [one.look for one in assessment().beside if not exists(one.look)] == []
    assert [(reader, address) for reader, address in sample if address not in LOOKED_AT[reader]] == []
    assert len(set(sample)) == len(sample)


def test_a_tenth_of_the_sample_was_drawn_by_lot() -> None:
    drawn = [one for one in assessment().sample if one.at_random]

    assert len(drawn) >= (len(assessment().sample) - len(drawn)) / 10


def test_a_defect_is_on_pages_of_the_sample() -> None:
    sample = {one.address for one in assessment().sample}

    assert [page for one in FOUND for page in one.pages if page not in sample] == []
