"""`/_composants`: both pages of the catalogue are whole, and no town's."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.gateway.judge import JudgingClient

BOTH = ("/_composants", "/_composants/agents")


@pytest.fixture
def at_work(app: Flask) -> Iterator[None]:
    """Somebody develops the pages."""
    before = app.config["DEVELOPMENT"]
    app.config["DEVELOPMENT"] = True
    yield
    app.config["DEVELOPMENT"] = before


@pytest.mark.parametrize("address", BOTH)
def test_whoever_works_on_the_pages_sees_their_parts(visitor: JudgingClient, at_work: None, address: str) -> None:
    page = visitor.page(address)

    assert page.select(".section"), "no part"
    assert {str(link["href"])[1:] for link in page.select(".chips a[href^='#']")} <= {
        str(part["id"]) for part in page.select(".section[id]")
    }


@pytest.mark.parametrize("address", BOTH)
def test_a_towns_portal_has_no_catalogue(visitor: JudgingClient, app: Flask, address: str) -> None:
    assert not app.config["DEVELOPMENT"]
    assert visitor.get(address).status_code == 404
