"""S06: an appointment for a passport, made from one's space with the keyboard; a census for a member of the family."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from services.townhall.town_time import TOWN_TIME, local_day
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.spaces import new_space
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support import published
from tests.support.filled import today, valid_answers, valid_applicant
from tests.support.people import visitor

pytestmark = pytest.mark.e2e

SLUG, CENSUS = "rdv-cni-passeport", "recensement-citoyen"
PAGE, TITLE = f"/demarches/{SLUG}", "Prendre rendez-vous pour une carte d’identité ou un passeport"
SIXTEEN, FIFTEEN = (today().replace(year=today().year - age, day=1) - timedelta(days=1) for age in (16, 15))
NOA = {"relation": "child", "given_names": "Noa", "birth_name": "Maquette", "parental_authority": "joint"}


def days_off() -> Iterator[date]:
    """The days on which the town's files allow no appointment for a passport."""
    town = published.files()["town"]
    agenda = next(one for one in published.files()["agendas"]["agendas"] if one["slug"] == "titres-identite")
    for days in town["public_holidays_expected"].values():
        yield from map(date.fromisoformat, days)
    for closed in agenda["closures"]:
        yield from every_day(closed)
    for holidays in town["school_holidays"]:
        yield from (day for day in every_day(holidays) if day.isoweekday() == 6)


def every_day(period: dict[str, str]) -> list[date]:
    first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def takes(portal: Portal, start: str) -> bool:
    """Whether somebody else still gets an appointment at that hour."""
    other = visitor(portal)
    answer = other.ask("POST", "/requests", json=other.prepared(SLUG) | {"slot": start})
    assert answer.status_code == 201 or answer.json()["code"] == "slot_taken", answer.text
    return answer.status_code == 201


def found_there(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main").get_by_role("link", name=TITLE).first).to_have_attribute("href", PAGE)


def test_s06_a_passport(open_browser: OpenBrowser, portal: Portal) -> None:
    camille, jo = (new_space(portal, given_names=name) for name in ("Camille", "Jo"))
    jo.holder.do("POST", "/profile/family", NOA | {"birth_date": SIXTEEN.isoformat()})
    hers, theirs = (open_browser() for _ in range(2))
    page = sit_down(hers, portal, camille.holder)
    main, keyboard, filing = page.locator("main"), Keyboard(page), Filing(page, SLUG)

    with step("S06", 1, sees="2b5282b1fc67"):
        for address in ("/demarches?toutes", "/demarches/domaine/etat-civil", "/recherche?q=passeport"):
            found_there(page, address)
        found_there(page, "/mon-accueil")
        main.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)

    with step("S06", 2, sees="08d9a32be9ad"):
        page.get_by_role("button", name="Choisir un rendez-vous").click()
        expect(page.locator("#semaine")).to_be_visible()
        help_link = page.get_by_role("link", name="Aide à la saisie (nouvel onglet)")
        with hers.expect_page() as opened:
            help_link.first.click()
        expect(opened.value.locator("main")).to_contain_text("Votre saisie vous attend dans l’autre")
        opened.value.close()
        expect(page.locator("#semaine")).to_be_visible()

    with step("S06", 3, sees="19a566c0a7ea"):
        shown = page.locator("#semaine").inner_text()
        keyboard.follow(page.get_by_role("link", name="Semaine suivante", exact=True))
        expect(page.locator("#semaine")).not_to_have_text(shown)
        keyboard.choose(page.get_by_role("radio"), page.get_by_role("radio").last.get_attribute("value") or "")
        asked_at = datetime.now(UTC)
        starts = [datetime.fromisoformat(slot["start"]) for slot in camille.holder.free_slots("titres-identite")]
        assert starts
        assert {local_day(start) for start in starts} & set(days_off()) == set()
        assert {local_day(start).isoweekday() for start in starts} <= {1, 2, 3, 4, 5, 6}
        assert min(starts) >= asked_at + timedelta(hours=4)
        assert local_day(max(starts)) <= today() + timedelta(days=90)

    with step("S06", 4, sees="d51cc0bece05"):
        page.goto(f"{PAGE}/etape/rendez-vous")
        first = filing.choose_slot()
        expect(
            page.get_by_text("Votre créneau du").or_(page.get_by_text("Ce créneau vous est réservé")).first
        ).to_be_visible()
        filing.introduce(valid_applicant(filing.definition, camille.mails.address))
        filing.answer(valid_answers(filing.definition, today()))
        filing.onward()
        (draft,) = camille.holder.get("/drafts")["items"]
        camille.holder.do("DELETE", f"/drafts/{draft['id']}/slot")
        free = camille.holder.places_at("titres-identite", first)
        with ThreadPoolExecutor(3) as at_once:
            taken = list(at_once.map(lambda _: takes(portal, first), range(3)))
        page.get_by_role("button", name="Valider ma demande").click()
        again = page.get_by_role("link", name="Choisissez un rendez-vous dans le calendrier")
        expect(main).to_contain_text("Numéro de pré-demande")
        expect(main).to_contain_text(camille.mails.address)
        again.click()
        expect(page.locator(f'[name="creneau"][value="{first}"]')).to_have_count(0)
        start = filing.choose_slot()
        assert start != first

    with step("S06", "outcome 1", sees="c57f80569e51"):
        assert free <= 2
        assert taken.count(True) == free
        assert camille.holder.places_at("titres-identite", first) == 0

    with step("S06", 5, sees="3ad2458ce251"):
        page.goto(f"{PAGE}/etape/demande")
        asked = page.get_by_label("Numéro de pré-demande")
        filing.answer({"numero_predemande": "demo00001"})
        filing.onward()
        wrong = re.compile(r"^Numéro de pré-demande\s: il manque 1.caractère")
        page.locator("#erreurs").get_by_role("link", name=wrong).click()
        expect(asked).to_be_focused()
        expect(asked).to_have_accessible_description(
            re.compile("Dix caractères, lettres majuscules et chiffres, sans espace")
        )
        filing.answer({"numero_predemande": "demo000001"})
        filing.onward()
        expect(main).to_contain_text("DEMO000001")

    with step("S06", 6, sees="e0ddb6885c3d"):
        assert filing.definition["bring"]
        filing.validate()
        for original in filing.definition["bring"]:
            expect(main).to_contain_text(original)
        calendar = camille.mails.attachment(camille.mails.next("Accusé de réception"))
        assert f"TZID=Europe/Paris:{datetime.fromisoformat(start).astimezone(TOWN_TIME):%Y%m%dT%H%M}" in calendar

    with step("S06", 7, sees="186c01db0788"):
        desk = sit_down(theirs, portal, jo.holder)
        census = Filing(desk, CENSUS)
        census.begin(member=1)
        census.confirm()
        expect(desk.locator("main [name=prenoms]")).to_have_value("Noa")
        expect(desk.locator("main [name=date_naissance-annee]")).to_have_value(f"{SIXTEEN.year}")
        census.answer({"date_naissance": FIFTEEN.isoformat()})
        census.onward()
        expect(desk.locator("#erreurs")).to_contain_text("Date de naissance : indiquez une date au plus tard le")
        born = desk.get_by_role("group", name="Date de naissance")
        expect(born).to_have_accessible_description(re.compile("16 ans révolus"))
