"""Procedures are filed through their pages, by the shortest way: each of the town's at release counts; at gate counts one that asks
for something that no procedure before it asks for, those first that a longer journey files.

That every procedure can be filed: `tests/integration/requests/test_filing.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import new_browser, sit_down
from tests.servers.portal import Portal
from tests.support import published
from tests.support.filled import asked_documents, today, valid_answers
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


def asked_by(slug: str) -> set[object]:
    """The kinds of what the shortest way asks for: applicant, appointment, fields, rules, formats of pieces."""
    asked, given = published.procedure(slug), valid_answers(published.definition(slug), today())
    return {
        *(asked.access, asked.about, asked.appointment.mode, asked.applicant.identity, asked.applicant.kinds[0]),
        *(field.type for field in asked.fields if field.name in given),
        *(rule.kind for rule in asked.rules),
        *(tuple(piece.formats) for piece in asked_documents(published.definition(slug), given) if piece.required),
    }


def at_gate() -> Iterator[str]:
    known = {kind for slug in FILED_BY for kind in asked_by(slug)}
    for slug in published.slugs():
        if asked_by(slug) - known:
            known |= asked_by(slug)
            yield slug


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "slug" in metafunc.fixturenames:
        at_release = metafunc.config.getoption("--faults") == "release"
        metafunc.parametrize("slug", published.slugs() if at_release else list(at_gate()))


@pytest.fixture(scope="module")
def camilles_page(browser: Browser, portal: Portal, camille: Person) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield sit_down(context, portal, camille)
    context.close()


@pytest.mark.parametrize(("left_out", "journey"), FILED_BY.items())
def test_a_procedure_left_out_is_filed_by_a_journey(left_out: str, journey: str) -> None:
    played = (Path(__file__).parent / journey).read_text("utf-8")

    assert left_out in published.slugs()
    assert f'"{left_out}"' in played
    assert ".validate()" in played or ".file(mails.address)" in played


def test_a_procedure_is_filed_by_its_pages(a_visitors_page: Page, camilles_page: Page, slug: str) -> None:
    definition = published.definition(slug)
    page = a_visitors_page if definition["access"] == "public" else camilles_page

    number = Filing(page, slug).file(new_address())

    assert NUMBER.fullmatch(number)
    page.get_by_role("link", name="Suivre ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(definition["title"])
    expect(page.get_by_role("heading", level=2, name="Historique")).to_be_visible()
