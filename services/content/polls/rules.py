"""Answers to a poll: read, counted, shown when the town allows it; pure.

A tally keeps no answer whole: how often each choice was made, and the free texts in no order that shows who wrote them.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.errors import Invalid
from services.townhall.missing import missing

Question = Mapping[str, Any]
Answers = dict[str, Any]
Tally = dict[str, Any]
"""`answers`: how many people; `counts`: question -> choice -> number; `texts`: question -> texts."""

MAX_TEXT = 500
VOTES_OF_ADDRESS = 5
"""So many visitors of one network address answer a poll without a security code: a household. A library goes on with one."""
MISSING = {"text": "longtext", "multiple": "multichoice"}


class AnswersRefused(Invalid):
    message = "Certaines réponses sont à corriger."


def read(questions: Sequence[Question], raw: Mapping[str, Any]) -> Answers:
    """The answers, clean; raises AnswersRefused with a sentence for each question at fault."""
    names = {question["name"] for question in questions}
    errors = {name: "Cette question n’existe pas." for name in raw if name not in names}
    answers: Answers = {}
    for question in questions:
        given = raw.get(question["name"])
        if given in (None, "", []):
            if question["required"]:
                errors[question["name"]] = missing(MISSING.get(question["type"], "choice"), question["label"])
            continue
        value, error = READERS[question["type"]](question, given)
        if error:
            errors[question["name"]] = error
        else:
            answers[question["name"]] = value
    if errors:
        raise AnswersRefused(fields=errors)
    return answers


def without_code(multiplier: float) -> int:
    """How many visitors of one address answer a poll before the security code is asked; `multiplier` stretches it."""
    return math.ceil(VOTES_OF_ADDRESS * multiplier)


def empty_tally() -> Tally:
    return {"answers": 0, "counts": {}, "texts": {}}


def count(questions: Sequence[Question], tally: Tally, answers: Answers) -> Tally:
    """The tally with one more person's answers. Texts are kept in alphabetical order, not in that of the answers."""
    counts = {name: dict(choices) for name, choices in tally["counts"].items()}
    texts = {name: list(given) for name, given in tally["texts"].items()}
    for question in questions:
        name = question["name"]
        if name not in answers:
            continue
        if question["type"] == "text":
            texts[name] = sorted([*texts.get(name, ()), answers[name]])
            continue
        chosen = answers[name] if isinstance(answers[name], list) else [answers[name]]
        for choice in chosen:
            counts.setdefault(name, {})
            counts[name][str(choice)] = counts[name].get(str(choice), 0) + 1
    return {"answers": tally["answers"] + 1, "counts": counts, "texts": texts}


def results_visible(poll: Mapping[str, Any], tally: Tally, *, answered: bool, closed: bool) -> bool:
    """Whether this person may see the results: by the town's setting, and never below the least number of answers."""
    setting = poll["results"]
    allowed = closed or (setting["visible"] == "after_answer" and answered)
    return allowed and tally["answers"] >= setting["minimum_answers"]


def results(questions: Sequence[Question], tally: Tally) -> dict[str, Any]:
    """Numbers and shares (in percent) of each choice, in the order of the question. Free texts are never shown."""
    return {
        "answers": tally["answers"],
        "questions": [
            {
                "name": question["name"],
                "label": question["label"],
                "type": question["type"],
                "choices": _shares(question, tally["counts"].get(question["name"], {}), tally["answers"]),
            }
            for question in questions
            if question["type"] != "text"
        ],
    }


def _shares(question: Question, counts: Mapping[str, int], people: int) -> list[dict[str, Any]]:
    if question["type"] == "scale":
        labels = {str(step): str(step) for step in range(question["min"], question["max"] + 1)}
    else:
        labels = question["choices"]
    return [
        {
            "value": value,
            "label": label,
            "count": counts.get(value, 0),
            "share": round(100 * counts.get(value, 0) / people, 1) if people else 0.0,
        }
        for value, label in labels.items()
    ]


def _single(question: Question, given: Any) -> tuple[Any, str | None]:
    known = isinstance(given, str) and given in question["choices"]
    return given, None if known else "Choisissez une réponse de la liste."


def _multiple(question: Question, given: Any) -> tuple[Any, str | None]:
    chosen = [given] if isinstance(given, str) else given
    if not isinstance(chosen, list) or not all(isinstance(one, str) and one in question["choices"] for one in chosen):
        return None, "Choisissez des réponses de la liste."
    unique = [choice for choice in question["choices"] if choice in chosen]
    most = question.get("max_choices", len(question["choices"]))
    return unique, f"Choisissez {most} réponses au plus." if len(unique) > most else None


def _scale(question: Question, given: Any) -> tuple[Any, str | None]:
    text = str(given)
    known = not isinstance(given, bool) and text in {str(n) for n in range(question["min"], question["max"] + 1)}
    sentence = f"Choisissez une note de {question['min']} à {question['max']}."
    return (int(text), None) if known else (None, sentence)


def _text(question: Question, given: Any) -> tuple[Any, str | None]:
    most = question.get("max_length", MAX_TEXT)
    if not isinstance(given, str) or "\x00" in given:
        return None, "Indiquez un texte."
    text = given.strip()
    return text, f"Limitez votre réponse à {most} caractères." if len(text) > most else None


READERS = {"single": _single, "multiple": _multiple, "scale": _scale, "text": _text}
