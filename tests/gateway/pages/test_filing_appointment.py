"""The step of the appointment: what it is for, a slot that is held, taken by others or given up."""

import re

from flask import Flask

from gateway.http.rate_limits import HOLD_SLOT, RateLimits
from services.chassis.errors import Conflict
from services.requests.refusals import TooManyThatDay
from tests.support.demo_town import CAMILLE
from tests.support.drafts import week
from tests.support.filing import HALL, begin, choose_slot
from tests.support.judge import Client, held_values, parsed
from tests.support.own_space import member_id
from tests.support.stubs import Stubs

SCHOOL = "/demarches/inscription-scolaire"


def test_an_appointments_purpose_stands_above_its_week_and_its_time_limit_below(citizen: Client) -> None:
    begin(citizen, HALL)

    words = citizen.page(f"{HALL}/etape/rendez-vous").select_one("main").get_text(" ")

    order = [
        words.index(part) for part in ("sert à visiter la salle", "Semaine suivante", "Il se modifie en ligne jusqu’à")
    ]
    assert order == sorted(order)


def test_an_optional_appointment_is_skipped_from_above_the_calendar_but_not_by_enter(citizen: Client) -> None:
    begin(citizen, SCHOOL, member=member_id("sacha"))

    buttons = citizen.page(f"{SCHOOL}/etape/rendez-vous").select("main form button")

    assert [button.get("value") for button in buttons[:2]] == ["valider", "passer"]


def test_enter_validates_the_hour_that_is_ticked_and_does_not_take_the_first(citizen: Client) -> None:
    begin(citizen, HALL)

    buttons = citizen.page(f"{HALL}/etape/rendez-vous").select("main form button")

    assert [button.get("name") for button in buttons[:2]] == ["action", "premier"]
    assert "hidden" not in buttons[0].attrs


def test_the_first_free_slot_is_taken_by_one_press(citizen: Client) -> None:
    begin(citizen, HALL)
    page = citizen.page(f"{HALL}/etape/rendez-vous")
    button = page.select_one("button[name=premier]")
    assert button["value"] == page.select_one("input[name=creneau]")["value"]

    sent = citizen.submit(f"{HALL}/etape/rendez-vous", "main form", premier=button["value"])

    assert sent.location == f"{HALL}/etape/informations"
    again = citizen.page(f"{HALL}/etape/rendez-vous")
    assert again.select_one("input[name=creneau][checked]")["value"] == button["value"]
    assert [link["href"] for link in again.select(".first-slot a")] == ["?semaine=premiere#semaine"]


def test_one_day_is_open_at_a_time_and_each_day_has_its_number_of_slots(citizen: Client) -> None:
    begin(citizen, HALL)
    page = citizen.page(f"{HALL}/etape/rendez-vous")
    names = [item.get_text() for item in page.select(".strip li .vh")]
    assert re.fullmatch(r"lundi 30\snovembre, \d+\scréneaux", names[0])
    assert "mardi 1er\u00a0décembre, fermé" in names
    assert len(page.select(".strip [aria-current]")) == 1

    other = page.select(".strip a:not([aria-current])")[-1]
    opened = citizen.page(f"{HALL}/etape/rendez-vous{other['href'].partition('#')[0]}")

    current = opened.select_one(".strip [aria-current]")
    assert current["href"] == other["href"]
    assert current["href"].endswith("#creneaux")
    slots = opened.select("main input[type=radio]")
    assert {slot["name"] for slot in slots} == {"creneau"}
    assert current.select_one("b").get_text().split()[0] == str(len(slots))


def test_each_slot_is_named_by_its_day_and_hour(citizen: Client) -> None:
    begin(citizen, HALL)

    page = citizen.page(f"{HALL}/etape/rendez-vous")

    names = [" ".join(label.get_text().split()) for label in page.select("#creneaux label")]
    assert names[0] == "lundi 30 novembre, 14 h"
    assert len(set(names)) == len(names)
    assert page.select_one("#creneaux legend").get_text() == "Lundi 30\u00a0novembre"
    button = page.select_one("button[name=premier]").get_text()
    assert " ".join(button.split()) == "Prendre ce créneau, lundi 30 novembre 2026 à 14 h"


def test_half_days_are_folded_but_the_first_and_all_unfold_beside_an_error(citizen: Client) -> None:
    begin(citizen, HALL)
    wednesday = f"{HALL}/etape/rendez-vous?semaine=2026-W49&jour=2026-12-02"

    halves = citizen.page(wednesday).select("#creneaux details")
    refused = parsed(citizen.submit(wednesday, "main form"), 422)

    assert [half.summary.get_text().split()[0] for half in halves] == ["Matin", "Après-midi"]
    assert [half.has_attr("open") for half in halves] == [True, False]
    assert all(half.has_attr("open") for half in refused.select("#creneaux details"))
    assert refused.select_one("#creneaux legend").get_text() == "Mercredi 2\u00a0décembre"
    assert refused.select_one("#creneaux")["aria-describedby"] == "creneaux-erreur"


def test_a_calendar_without_a_free_slot_says_so_and_names_no_first(citizen: Client, services: Stubs) -> None:
    full = week({"agenda": "salles"}, CAMILLE)
    full["days"] = [one | {"slots": [slot | {"free": 0} for slot in one["slots"]]} for one in full["days"]]
    begin(citizen, HALL)
    services["requests.slots"] = full

    page = citizen.page(f"{HALL}/etape/rendez-vous")

    assert page.select(".first-slot, .strip, #creneaux, button[value=voir]") == []
    assert "Aucun créneau n’est libre pour le moment" in page.select_one(".empty-week").get_text()


def test_a_chosen_slot_is_held_and_the_next_step_shows_it(citizen: Client) -> None:
    begin(citizen, HALL)

    sent = choose_slot(citizen)

    assert sent.location == f"{HALL}/etape/informations"
    page = citizen.page(sent.location)
    assert page.select_one("[data-hold]") is not None
    assert "Mon rendez-vous (étape terminée)" in page.select_one(".steps").get_text()


def test_a_slot_taken_by_someone_else_is_refused_on_the_calendar(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    services["requests.hold_slot"] = Conflict("Ce créneau vient d’être pris. Choisissez-en un autre.")

    page = parsed(citizen.submit(f"{HALL}/etape/rendez-vous", "main form", creneau="2026-11-30T13:00:00+00:00"), 409)

    alert = page.select_one("[role=alert]").get_text()
    assert "Aucun créneau ne vous est réservé" in alert
    assert "vient d’être pris" in alert


def test_the_refusal_of_a_second_slot_says_that_the_first_stays(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    choose_slot(citizen)
    services["requests.hold_slot"] = TooManyThatDay()

    alert = parsed(choose_slot(citizen, 1)).select_one("[role=alert]").get_text()
    assert "Votre créneau reste celui que vous aviez choisi" in alert
    assert "Choisissez un autre jour" in alert


def test_slot_holds_have_a_rate_limit_of_their_own(app: Flask, citizen: Client) -> None:
    begin(citizen, HALL)
    app.extensions["parvis.security"].limits = RateLimits(1 / HOLD_SLOT.times, clock=lambda: 0)  # one hold, and no more
    page = citizen.page(f"{HALL}/etape/rendez-vous")
    values = held_values(page.select_one("main form")) | {"creneau": page.select_one("input[name=creneau]")["value"]}

    assert citizen.post(f"{HALL}/etape/rendez-vous", data=values).status_code == 303
    assert citizen.post(f"{HALL}/etape/rendez-vous", data=values).status_code == 429


def test_an_optional_appointment_is_not_the_first_thing_asked_for(citizen: Client) -> None:
    buttons = citizen.page("/demarches/inscription-scolaire").select("main form[method=post] button[type=submit]")

    assert [button.get_text(strip=True) for button in buttons] == ["Commencer la démarche"]


def test_pausing_with_a_slot_shows_until_when_the_slot_is_held(citizen: Client) -> None:
    begin(citizen, HALL)
    choose_slot(citizen)

    later = citizen.submit(f"{HALL}/etape/informations", "form#formulaire", action="plus-tard")

    for page in (later.location, HALL, "/mon-accueil"):
        words = citizen.page(page).get_text(" ", strip=True)
        assert words.count("n’est gardé que jusqu’à 10 h 35") == 1, page
