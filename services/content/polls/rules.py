"""Answers to a poll: read, counted, shown when the town allows it; pure.

A tally keeps no answer whole: how often each choice was made, and the free texts in no order that shows who wrote them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import assert_never

from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.content.schemas.polls import PollResults, Question, QuestionResults, QuestionType, ResultsSetting, Share
from services.townhall.missing import missing

Answer = str | int | list[str]
Answers = Mapping[str, Answer]


class Tally(Struct):
    """`answers`: how many people; `counts`: question -> choice -> number; `texts`: question -> texts."""

    answers: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


MAX_TEXT = 500
VOTES_OF_ADDRESS = 5
"""So many visitors of one network address answer a poll without a security code: a household. A library goes on with one."""


class AnswersRefused(Invalid):
    message = "Certaines réponses sont à corriger."


class _Wrong(Exception):
    """The sentence that says what is wrong with an answer."""


def read(questions: Sequence[Question], raw: Mapping[str, object]) -> Answers:
    """The answers, clean; raises AnswersRefused with a sentence for each question at fault."""
    names = {question.name for question in questions}
    errors = {name: "Cette question n’existe pas." for name in raw if name not in names}
    answers: dict[str, Answer] = {}
    for question in questions:
        given, (asked, reader) = raw.get(question.name), _reader(question.type)
        if given in (None, "", []):
            if question.required:
                errors[question.name] = missing(asked, question.label)
            continue
        try:
            answers[question.name] = reader(question, given)
        except _Wrong as wrong:
            errors[question.name] = str(wrong)
    if errors:
        raise AnswersRefused(fields=errors)
    return answers


def without_code(multiplier: float) -> int:
    """How many visitors of one address answer a poll before the security code is asked; `multiplier` stretches it."""
    return math.ceil(VOTES_OF_ADDRESS * multiplier)


def count(questions: Sequence[Question], tally: Tally, answers: Answers) -> Tally:
    """The tally with one more person's answers. Texts are kept in alphabetical order, not in that of the answers."""
    counts = {name: dict(choices) for name, choices in tally.counts.items()}
    texts = {name: list(given) for name, given in tally.texts.items()}
    for question in questions:
        answer = answers.get(question.name)
        if answer is None:
            continue
        if question.type is QuestionType.TEXT:
            texts[question.name] = sorted([*texts.get(question.name, ()), str(answer)])
            continue
        counted = counts.setdefault(question.name, {})
        for choice in answer if isinstance(answer, list) else [str(answer)]:
            counted[choice] = counted.get(choice, 0) + 1
    return Tally(answers=tally.answers + 1, counts=counts, texts=texts)


def results_visible(setting: ResultsSetting, tally: Tally, *, answered: bool, closed: bool) -> bool:
    """Whether this person may see the results: by the town's setting, and never below the least number of answers."""
    allowed = closed or (setting.visible == "after_answer" and answered)
    return allowed and tally.answers >= setting.minimum_answers


def results(questions: Sequence[Question], tally: Tally) -> PollResults:
    """Numbers and shares (in percent) of each choice, in the order of the question. Free texts are never shown."""
    return PollResults(
        answers=tally.answers,
        questions=tuple(
            QuestionResults(
                name=question.name,
                label=question.label,
                type=question.type,
                choices=_shares(question, tally.counts.get(question.name, {}), tally.answers),
            )
            for question in questions
            if question.type is not QuestionType.TEXT
        ),
    )


def _shares(question: Question, counts: Mapping[str, int], people: int) -> tuple[Share, ...]:
    labels = question.choices or {str(step): str(step) for step in question.steps}
    return tuple(
        Share(
            value=value,
            label=label,
            count=counts.get(value, 0),
            share=round(100 * counts.get(value, 0) / people, 1) if people else 0.0,
        )
        for value, label in labels.items()
    )


def _reader(kind: QuestionType) -> tuple[str, Callable[[Question, object], Answer]]:
    """What is said to be missing, and what reads an answer or raises _Wrong."""
    match kind:
        case QuestionType.SINGLE:
            return "choice", _single
        case QuestionType.MULTIPLE:
            return "multichoice", _multiple
        case QuestionType.SCALE:
            return "choice", _scale
        case QuestionType.TEXT:
            return "longtext", _text
    assert_never(kind)


def _single(question: Question, given: object) -> str:
    if not isinstance(given, str) or given not in (question.choices or {}):
        raise _Wrong("Choisissez une réponse de la liste.")
    return given


def _multiple(question: Question, given: object) -> list[str]:
    choices = question.choices or {}
    chosen: list[object] = [*given] if isinstance(given, list) else [given]
    if not all(isinstance(one, str) and one in choices for one in chosen):
        raise _Wrong("Choisissez des réponses de la liste.")
    unique = [choice for choice in choices if choice in chosen]
    most = len(choices) if question.max_choices is None else question.max_choices
    if len(unique) > most:
        raise _Wrong(f"Choisissez {most} réponses au plus.")
    return unique


def _scale(question: Question, given: object) -> int:
    text = str(given)
    if isinstance(given, bool) or text not in map(str, question.steps):
        raise _Wrong(f"Choisissez une note de {question.min} à {question.max}.")
    return int(text)


def _text(question: Question, given: object) -> str:
    most = MAX_TEXT if question.max_length is None else question.max_length
    if not isinstance(given, str) or "\x00" in given:
        raise _Wrong("Indiquez un texte.")
    text = given.strip()
    if len(text) > most:
        raise _Wrong(f"Limitez votre réponse à {most} caractères.")
    return text
