"""Each of the town's 24 procedures is filed through its pages, by the shortest way; at gate counts those alone that no other
test of this folder files so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys import procedures
from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import new_browser, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e

FILED_BY = {
    "signalement-voirie": "scenarios/test_s03_a_street_light.py",
    "enlevement-encombrants": "scenarios/test_s04_a_full_week.py",
    "acte-naissance": "scenarios/test_s05_a_birth_certificate.py",
    "rdv-cni-passeport": "scenarios/test_s06_a_passport.py",
    "inscription-scolaire": "scenarios/test_s07_a_school.py",
    "changement-adresse-postale": "scenarios/test_s10_coordinates.py",
    "changement-courriels": "scenarios/test_s10_coordinates.py",
    "location-salle": "test_other_ways.py",
}
"""The procedures that a longer journey files through its pages, up to the number and the tracking page."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "slug" in metafunc.fixturenames:
        at_release = metafunc.config.getoption("--faults") == "release"
        left_out = set() if at_release else FILED_BY.keys()
        metafunc.parametrize("slug", [slug for slug in procedures.every() if slug not in left_out])


@pytest.fixture(scope="module")
def a_visitors_page(browser: Browser, portal: Portal) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def camilles_page(browser: Browser, portal: Portal, camille: Person) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield sit_down(context, portal, camille)
    context.close()


def test_there_are_twenty_four_of_them() -> None:
    assert len(procedures.every()) == 24


@pytest.mark.parametrize(("left_out", "journey"), FILED_BY.items())
def test_what_is_left_out_is_filed_by_a_journey(left_out: str, journey: str) -> None:
    played = (Path(__file__).parent / journey).read_text("utf-8")

    assert left_out in procedures.every()
    assert f'"{left_out}"' in played
    assert ".validate()" in played or ".file(mails.address)" in played


def test_a_procedure_is_filed_by_its_pages(a_visitors_page: Page, camilles_page: Page, slug: str) -> None:
    definition = procedures.called(slug)
    page = a_visitors_page if definition["access"] == "public" else camilles_page

    number = Filing(page, slug).file(new_address())

    assert NUMBER.fullmatch(number)
    page.get_by_role("link", name="Suivre ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(definition["title"])
    expect(page.get_by_role("heading", level=2, name="Historique")).to_be_visible()
