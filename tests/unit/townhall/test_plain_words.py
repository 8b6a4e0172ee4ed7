"""The demo town's own words are plain, but those whose letter the law fixes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.plain_words import MOST_SIMPLE_WORDS, heavy, words

DEMO = Path(__file__).parents[3] / "deploy" / "demo-town"
FILES = ("activities", "agendas", "news", "polls", "practical_info", "procedures", "service_areas", "town")
BY_LAW = re.compile(r"acknowledgement_texts|\.appeal$|\.silence\.source$|\.retention\.note$|^town\.legal")
"""R3's mentions, how a refusal is contested, where a delay is written: they are whole in the mail, and folded on pages."""


def texts(at: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for one in node:
            yield from texts(at, one)
    elif isinstance(node, dict):
        for name, one in node.items():
            yield from texts(f"{at}.{name}", one)
    elif isinstance(node, str) and " " in node:
        yield at, node


@pytest.mark.parametrize("name", FILES)
def test_the_demo_town_speaks_plainly(name: str) -> None:
    document = yaml.load((DEMO / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)

    said = {at: heavy(text) for at, text in texts(name, document) if not BY_LAW.search(at)}

    assert {at: found for at, found in said.items() if found} == {}


def test_the_purpose_of_a_procedure_is_said_in_short_sentences() -> None:
    procedures = yaml.load((DEMO / "procedures.yaml").read_text("utf-8"), yaml.CSafeLoader)["procedures"]
    simple = {one["slug"]: one["simple"] for one in procedures if "simple" in one}

    assert {"rdv-cni-passeport", "rdv-conseil-urbanisme", "signalement-voirie"} <= set(simple)
    assert all(words(line) <= MOST_SIMPLE_WORDS for lines in simple.values() for line in lines)


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Appelez le 02 61 91 10 00 à 9 h 30.", 5),
        ("C’est le rendez-vous de {{ applicant_name }}.", 5),
    ],
)
def test_a_number_an_hour_and_a_blank_are_a_word_each(sentence: str, count: int) -> None:
    assert words(sentence) == count
