"""`/_composants`: both pages of the catalogue of components are whole, and the product has none."""

from collections.abc import Iterator

import pytest

from tests.components import samples
from tests.components.catalogue import catalogue_app
from tests.support.judge import Client

BOTH = (samples.HERE, samples.FOR_AGENTS)


@pytest.fixture(scope="module")
def developer() -> Iterator[Client]:
    app = catalogue_app()
    app.test_client_class = Client
    with app.test_client() as client:
        assert isinstance(client, Client)
        yield client


@pytest.mark.parametrize("address", BOTH)
def test_the_catalogue_shows_each_component_that_it_lists(developer: Client, address: str) -> None:
    page = developer.page(address)

    assert page.select(".section"), "no part"
    assert {str(link["href"])[1:] for link in page.select(".chips a[href^='#']")} <= {
        str(part["id"]) for part in page.select(".section[id]")
    }


@pytest.mark.parametrize("address", BOTH)
def test_a_portal_has_no_catalogue(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code == 404
