"""The agents' list at work: one line a request, filters that apply at once or by their button, one act on several requests."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
ALL = "numero,demandeur,recue,reponse,silence,rendez-vous,lieu,statut,suivi,service,domaine"
HIGHEST_LINE = 40.5  # with the half of a pixel that a border may be drawn at


@pytest.fixture
def scripts() -> bool:
    """Whether the browsers of the test run any, unless it says otherwise."""
    return True


@pytest.fixture
def page(open_browser: OpenBrowser, portal: Portal, agent: Person, scripts: bool) -> Page:
    return sit_down(open_browser(scripts=scripts), portal, agent)


@pytest.fixture
def reported(a_visitor: Person) -> list[str]:
    """The numbers of two new reports."""
    return [a_visitor.do("POST", "/requests", a_visitor.prepared(SLUG))["number"] for _ in range(2)]


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    "address", ["/agent/demandes", "/agent/demandes?vue=closes", f"/agent/demandes?colonnes={ALL}"]
)
def test_each_request_is_one_line_of_forty_pixels_at_most(page: Page, address: str) -> None:
    page.goto(address)
    for width in (768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        heights = page.evaluate(
            "[...document.querySelectorAll('.work tr')].map(row => row.getBoundingClientRect().height)"
        )
        assert [one for one in heights if one > HIGHEST_LINE] == [], width


@pytest.mark.usefixtures("reported")
def test_a_column_without_room_is_still_a_cell_and_its_head_comes_back_in_focus(page: Page) -> None:
    page.set_viewport_size({"width": 768, "height": 900})
    page.goto("/agent/demandes")
    table = page.get_by_role("table")

    assert table.get_by_role("columnheader").count() == 8
    assert table.get_by_role("row").nth(1).get_by_role("cell").count() == 7
    by_day = table.get_by_role("link", name="Reçue le")
    assert by_day.locator("..").bounding_box()["width"] < 20  # type: ignore[index]
    by_day.focus()
    assert by_day.locator("..").bounding_box()["width"] > 40  # type: ignore[index]


@pytest.mark.usefixtures("reported")
def test_the_head_stays_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto("/agent/demandes")

    page.locator(".work tbody tr").last.scroll_into_view_if_needed()

    expect(page.locator(".work thead th").nth(1)).to_be_in_viewport()


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_however_many_columns_are_chosen_the_page_is_no_wider(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/agent/demandes")
    page.get_by_text("Colonnes", exact=True).click()
    for box in page.locator(".columns input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Afficher ces colonnes").click()
    expect(page.locator(".work thead th")).to_have_count(13)

    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.usefixtures("reported")
def test_a_filter_applies_at_once_and_the_focus_stays(page: Page) -> None:
    page.goto("/agent/demandes")
    page.get_by_text("Filtrer", exact=True).first.click()
    chosen = page.get_by_label("Démarche", exact=True)
    chosen.focus()
    chosen.select_option(SLUG)

    expect(page.locator(".chips--small").get_by_text("Démarche")).to_be_visible()
    expect(chosen).to_be_focused()
    expect(page.get_by_role("button", name="Filtrer")).to_be_hidden()
    assert f"demarche={SLUG}" in page.url
    expect(page.locator("form[action$='/prochaine'] [name=liste]")).to_have_value(f"demarche={SLUG}")
    page.locator(".work thead").get_by_role("link", name="Numéro").press("Enter")
    expect(page.locator(".work thead [aria-sort] a")).to_be_focused()
    expect(page.get_by_label("Trier par")).to_have_value("number")
    page.get_by_role("link", name="enlever ce filtre").click()
    expect(page.locator(".worklist .chips--small")).to_have_count(0)


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_a_button_applies_the_filters(page: Page, scripts: bool) -> None:
    page.goto("/agent/demandes")
    page.get_by_text("Filtrer", exact=True).first.click()
    page.get_by_label("Démarche", exact=True).select_option(SLUG)
    page.get_by_role("button", name="Filtrer").click()

    expect(page.locator(".chips--small").get_by_text("Démarche")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_two_requests_are_taken_at_once_and_each_is_reported(page: Page, reported: list[str], scripts: bool) -> None:
    page.goto(f"/agent/demandes?vue=a-affecter&demarche={SLUG}&tri=-submitted")
    for number in reported:
        page.get_by_label(f"Choisir la demande {number}").check()
    if scripts:
        expect(page.locator("[data-chosen]")).to_contain_text("les 2 demandes cochées")
    page.get_by_role("button", name="Prendre en charge").click()

    expect(page.locator("main tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Prendre en charge").click()
    expect(page.locator(".notice")).to_contain_text("C’est fait pour 2")
    expect(page.get_by_text("Elle est à vous.")).to_have_count(2)

    page.get_by_role("link", name="Revenir à la liste").click()
    assert "vue=a-affecter" in page.url
    for number in reported:
        expect(page.get_by_label(f"Choisir la demande {number}")).to_have_count(0)


def test_a_list_is_saved_as_a_view_and_opened_again(page: Page, reported: list[str]) -> None:
    page.goto(f"/agent/demandes?vue=a-affecter&demarche={SLUG}&colonnes=numero,silence")
    page.get_by_role("link", name="Enregistrer cette vue").click()
    page.get_by_label("Nom de la vue").fill("Voirie à prendre")
    page.get_by_role("button", name="Enregistrer la vue").click()

    opened = page.locator(".own-views [aria-current=page]")
    expect(opened).to_contain_text("Voirie à prendre")
    expect(page.locator(".work thead th")).to_have_count(4)

    page.get_by_role("link", name="Enregistrer cette vue").click()
    page.get_by_role("button", name="Supprimer la vue Voirie à prendre").click()
    expect(page.locator(".notice")).to_contain_text("La vue est supprimée")


def test_an_open_list_shows_a_request_filed_meanwhile(page: Page, a_visitor: Person) -> None:
    page.clock.install()
    page.goto("/agent/demandes?tri=-submitted")
    page.mouse.move(10, 10)
    number = a_visitor.do("POST", "/requests", a_visitor.prepared(SLUG))["number"]

    def listed() -> bool:
        page.mouse.move(20, 20)
        page.clock.run_for(20_000)
        return page.get_by_text(number).count() > 0

    eventually(listed, "the new request in the list")


@pytest.mark.usefixtures("reported")
def test_a_list_in_use_says_that_it_changed_and_is_renewed_later(page: Page, a_visitor: Person) -> None:
    page.clock.install()
    page.goto("/agent/demandes?tri=-submitted")
    hint = page.locator("[data-changed]")
    page.locator(".work__pick input").first.check()
    number = a_visitor.do("POST", "/requests", a_visitor.prepared(SLUG))["number"]

    def hint_appears() -> bool:
        page.mouse.move(20, 20)
        page.clock.run_for(20_000)
        return hint.is_visible()

    eventually(hint_appears, "the message that the list has changed")
    expect(page.get_by_text(number)).to_have_count(0)
    page.get_by_text("Filtrer", exact=True).first.click()
    page.get_by_label("Démarche", exact=True).select_option(SLUG)
    page.clock.run_for(1_000)
    expect(page.get_by_text(number).first).to_be_visible()
    expect(hint).to_be_hidden()


@pytest.mark.usefixtures("reported")
def test_on_a_phone_each_part_of_a_card_is_still_a_cell_under_its_head(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/agent/demandes")
    table = page.get_by_role("table")

    heads = table.get_by_role("columnheader")
    row = table.get_by_role("row").nth(1)
    cells = row.get_by_role("cell").count() + row.get_by_role("rowheader").count()
    assert heads.count() == cells

    by_number = heads.get_by_role("link", name="Numéro")
    expect(by_number).to_be_attached()
    by_number.focus()
    assert by_number.evaluate("one => one.getBoundingClientRect().height") >= 20
    assert by_number.evaluate(
        "one => { const at = one.getBoundingClientRect(); return document.elementFromPoint(at.x + 5, at.y + 5).closest('a') === one }"
    )
