"""Answers to a poll are read, counted, and shown when the town allows it."""

from typing import Any

import pytest

from services.chassis.contracts import from_json
from services.content.polls.rules import AnswersRefused, Tally, count, read, results, results_visible
from services.content.schemas.polls import Question, ResultsSetting, Share

WRITTEN: list[dict[str, Any]] = [
    {"name": "nom", "label": "Nom", "type": "single", "required": True, "choices": {"a": "A", "b": "B"}},
    {
        "name": "usage",
        "label": "Usage",
        "type": "multiple",
        "required": False,
        "max_choices": 2,
        "choices": {"x": "X", "y": "Y", "z": "Z"},
    },
    {"name": "note", "label": "Note", "type": "scale", "required": False, "min": 1, "max": 3},
    {"name": "mot", "label": "Mot", "type": "text", "required": False, "max_length": 10},
]
QUESTIONS = [from_json(Question, one) for one in WRITTEN]


def test_answers_are_read_as_the_questions_ask() -> None:
    raw = {"nom": "a", "usage": ["y", "x", "x"], "note": "3", "mot": "  bien  "}
    assert read(QUESTIONS, raw) == {"nom": "a", "usage": ["x", "y"], "note": 3, "mot": "bien"}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "nom"),
        ({"nom": "c"}, "nom"),
        ({"nom": ["a"]}, "nom"),
        ({"nom": "a", "usage": ["x", "y", "z"]}, "usage"),
        ({"nom": "a", "usage": [{}]}, "usage"),
        ({"nom": "a", "note": 4}, "note"),
        ({"nom": "a", "note": True}, "note"),
        ({"nom": "a", "mot": "beaucoup trop long"}, "mot"),
        ({"nom": "a", "mot": 3}, "mot"),
        ({"nom": "a", "intrus": "x"}, "intrus"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_question(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(AnswersRefused) as refused:
        read(QUESTIONS, raw)
    assert list(refused.value.fields) == [field]


def test_a_tally_keeps_counts_and_no_answer_whole() -> None:
    tally = Tally()
    for answers in ({"nom": "a", "mot": "zut"}, {"nom": "a", "usage": ["x", "y"], "mot": "ah"}):
        tally = count(QUESTIONS, tally, answers)

    assert tally == Tally(answers=2, counts={"nom": {"a": 2}, "usage": {"x": 1, "y": 1}}, texts={"mot": ["ah", "zut"]})


def test_results_give_every_choice_its_share_and_no_text() -> None:
    tally = count(QUESTIONS, count(QUESTIONS, Tally(), {"nom": "a"}), {"nom": "b", "mot": "secret"})

    shown = results(QUESTIONS, tally)

    assert shown.questions[0].choices == (
        Share(value="a", label="A", count=1, share=50.0),
        Share(value="b", label="B", count=1, share=50.0),
    )
    assert [choice.value for choice in shown.questions[2].choices] == ["1", "2", "3"]
    assert "secret" not in str(shown)


@pytest.mark.parametrize(
    ("visible", "answers", "answered", "closed", "shown"),
    [
        ("after_answer", 2, True, False, True),
        ("after_answer", 2, False, False, False),
        ("after_answer", 1, True, False, False),
        ("after_answer", 2, False, True, True),
        ("after_close", 2, True, False, False),
        ("after_close", 2, False, True, True),
        ("after_close", 1, False, True, False),
    ],
)
def test_results_show_when_the_town_allows_it(
    visible: str, answers: int, answered: bool, closed: bool, shown: bool
) -> None:
    setting = ResultsSetting(visible=visible, minimum_answers=2)
    assert results_visible(setting, Tally(answers=answers), answered=answered, closed=closed) is shown
