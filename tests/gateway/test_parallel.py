"""Questions of one page that are asked at once."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, g

from gateway.brief_calls import in_parallel
from services.chassis.errors import Forbidden, Unavailable


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/mon-accueil"):
        yield


def refuse(refusal: Exception) -> None:
    raise refusal


def test_they_wait_for_one_another_in_one_request() -> None:
    g.asked_by = "camille"
    both = threading.Barrier(2, timeout=10)

    def who() -> str:
        both.wait()  # one after the other, neither would end
        return g.asked_by

    assert in_parallel(first=who, second=who) == {"first": "camille", "second": "camille"}


def test_who_does_not_answer_leaves_the_others_alone() -> None:
    assert in_parallel(silent=lambda: refuse(Unavailable()), other=lambda: 1) == {"silent": None, "other": 1}


def test_a_refusal_is_raised_to_who_asked() -> None:
    with pytest.raises(Forbidden):
        in_parallel(refused=lambda: refuse(Forbidden()), other=lambda: 1)
