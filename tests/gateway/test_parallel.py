"""Questions of one page that are asked at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, g

from gateway.brief_calls import ask
from services.chassis.errors import Forbidden, Unavailable


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/mon-accueil"):
        yield


def refuse(refusal: Exception) -> None:
    raise refusal


def test_parallel_calls_run_at_once_in_the_context_of_one_request() -> None:
    g.asked_by = "camille"
    both = threading.Barrier(2, timeout=10)

    def who() -> str:
        both.wait()  # one after the other, neither would end
        return g.asked_by

    with ThreadPoolExecutor(2) as threads:
        first, second = ask(threads, who), ask(threads, who)
    assert (first.result(), second.result()) == ("camille", "camille")


def test_an_unavailable_service_leaves_the_other_calls_alone() -> None:
    with ThreadPoolExecutor(2) as threads:
        silent, other = ask(threads, lambda: refuse(Unavailable())), ask(threads, lambda: 1)
    assert (silent.result(), other.result()) == (None, 1)


def test_a_refusal_is_raised_to_the_caller() -> None:
    with pytest.raises(Forbidden), ThreadPoolExecutor(1) as threads:
        ask(threads, lambda: refuse(Forbidden())).result()
