"""A mail when an earlier slot frees: asked for and ended on the request's page, and the page on which the slot is taken."""

from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from gateway.pages.tracking.earlier_slot import NO_DAY
from services.chassis.errors import Refusal
from services.requests import refusals
from services.requests.schemas.refusals import LoginRequired, SlotGone
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import week
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import FREED, tracking, with_earlier_slot

HERE = f"/demande/{NUMBER}"
TAB, BOX = f"{HERE}?onglet=rendez-vous", "#alerte form"
OFFER = f"{HERE}/rendez-vous/creneau/{FREED['id']}"
WANTED = {"wanted": True, "freed": [FREED]}


@pytest.fixture
def offered(services: Stubs) -> Stubs:
    """One slot was in a mail, and is free."""
    services["requests.tracking"] = with_earlier_slot(**WANTED)
    services["requests.move_appointment"] = {"number": NUMBER, "appointment_id": "a3"}
    return services


def words(page: BeautifulSoup) -> str:
    return " ".join(page.select_one("main").get_text(" ").split())


def test_an_alert_is_asked_for_with_a_first_day_or_without(follower: Client, services: Stubs) -> None:
    services["requests.want_earlier_slot"] = {"number": NUMBER}
    services["requests.tracking"] = with_earlier_slot()
    day = follower.page(TAB).select_one("#depuis")
    assert (day["min"], day["max"]) == ("2026-11-24", "2026-12-02")

    for typed in ("", "2026-11-26"):
        sent = follower.submit(TAB, BOX, alerte="oui", depuis=typed)
        assert sent.location == f"{TAB}&fait=alerte#fait"

    asked = {"number": NUMBER, "appointment_id": "a2", "wanted": True}
    assert [{**asked, **body} for body in services.bodies("requests.want_earlier_slot")] == [
        asked,
        {**asked, "not_before": "2026-11-26"},
    ]


def test_an_alert_shows_its_first_day_and_last_slot_and_is_ended(follower: Client, offered: Stubs) -> None:
    offered["requests.want_earlier_slot"] = {"number": NUMBER}
    offered["requests.tracking"] = with_earlier_slot(**WANTED, not_before="2026-11-26")
    page = follower.page(TAB)
    said = page.select_one("#alerte")
    assert [one["datetime"][:10] for one in said.select("time")] == ["2026-11-26", "2026-11-30"]
    assert said.select_one(f"a[href='{OFFER}']") is not None

    sent = follower.fill(page, BOX, alerte="non")

    assert sent.location == f"{TAB}&fait=alerte-arretee#fait"
    assert offered.bodies("requests.want_earlier_slot")[0]["wanted"] is False
    assert "L’alerte est arrêtée" in words(follower.page(sent.location))


@pytest.mark.parametrize(
    ("typed", "refusal", "status"),
    [
        ("l’an dernier", None, 422),
        ("16/11/2026", refusals.DayIsPast(fields={"not_before": refusals.DayIsPast.message}), 422),
        ("2026-11-16", refusals.DayIsPast(fields={"not_before": refusals.DayIsPast.message}), 422),
        ("2026-11-26", refusals.Closed(), 409),
        ("", refusals.AppointmentUnknown(), 404),
    ],
    ids=["no day", "a past week, as it is written", "a past week", "closed", "moved meanwhile"],
)
def test_an_alert_that_is_refused_says_why(
    follower: Client, services: Stubs, typed: str, refusal: Refusal | None, status: int
) -> None:
    services["requests.tracking"] = with_earlier_slot()
    services["requests.want_earlier_slot"] = refusal

    page = parsed(follower.submit(TAB, BOX, alerte="oui", depuis=typed), status)

    field, why = page.select_one("#depuis"), " ".join((refusal.message if refusal else NO_DAY).split())
    assert words(page).count(why) == (2 if field["value"] else 1)
    assert (field["value"], field.get("aria-invalid")) == ((typed, "true") if status == 422 else ("", None))
    assert len(services.bodies("requests.want_earlier_slot")) == (1 if refusal else 0)


@pytest.mark.parametrize(
    ("shown", "offers"),
    [
        (with_earlier_slot(), True),
        (with_earlier_slot(may_want=False), False),
        (tracking(), False),
    ],
    ids=["may be wanted", "may not", "by a service of before"],
)
def test_an_alert_is_offered_where_it_may_be_asked_for(
    follower: Client, services: Stubs, shown: dict[str, Any], offers: bool
) -> None:
    services["requests.tracking"] = shown
    link = f"main a[href='{TAB}#alerte']"

    assert bool(follower.page(TAB).select(BOX)) is offers
    assert bool(follower.page(f"{HERE}/rendez-vous").select(link)) is offers
    assert bool(follower.page(f"/demarches/location-salle/prise-en-compte/{NUMBER}").select(link)) is offers


@pytest.mark.parametrize("reader", ["follower", "citizen"], indirect=True)
def test_the_page_of_a_freed_slot_asks_and_moves_the_appointment(reader: Client, offered: Stubs) -> None:
    page = reader.page(OFFER)
    assert [one["datetime"][:10] for one in page.select("main dd time")] == ["2026-11-30", "2026-12-02"]
    assert offered.bodies("requests.move_appointment") == []

    sent = reader.fill(page)
    offered["requests.tracking"] = tracking()
    again = reader.fill(page)

    assert sent.location == again.location == f"{TAB}&fait=modifie#fait"
    asked = [one for one in offered.asked if one.method == "requests.move_appointment"]
    assert asked[0].command_id == asked[1].command_id, "sent twice, it is one command"
    moved = asked[0].body
    assert moved == asked[1].body
    assert (moved["appointment_id"], moved["version"]) == ("a2", 7)
    assert datetime.fromisoformat(moved["start"]) == datetime.fromisoformat(FREED["starts_at"])


def taken(body: dict[str, Any], actor: Any) -> dict[str, Any]:
    found = week(body, actor)
    return found | {"days": [day | {"slots": [one | {"free": 0} for one in day["slots"]]} for day in found["days"]]}


@pytest.mark.parametrize("when", ["before the page", "before the answer", "an hour ago"])
def test_a_freed_slot_that_is_gone_changes_nothing_and_leads_to_the_calendar(
    follower: Client, offered: Stubs, when: str
) -> None:
    form = follower.page(OFFER)
    if when == "an hour ago":
        offered["requests.tracking"] = with_earlier_slot(
            wanted=True, freed=[FREED | {"starts_at": "2026-11-24T08:20:00+00:00"}]
        )
    offered["requests.slots"], offered["requests.move_appointment"] = taken, SlotGone()

    page = parsed(follower.fill(form), 409) if when == "before the answer" else follower.page(OFFER)

    assert "Ce créneau n’est plus libre" in page.h1.get_text()
    for said in ("Votre rendez-vous n’a pas changé", "L’alerte continue"):
        assert said in words(page)
    assert page.select_one(f"main a[href='{HERE}/rendez-vous']") is not None
    assert page.select("main form") == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (with_earlier_slot(), "Voici celui qui vous est réservé"),
        (tracking(appointments=[]), "n’a pas de rendez-vous à modifier"),
        (tracking(appointments=[tracking()["appointments"][0]]), "n’a pas de rendez-vous à modifier"),
    ],
    ids=["moved, or of another request", "none", "cancelled"],
)
def test_a_slot_that_is_not_of_the_appointment_is_not_proposed(
    follower: Client, offered: Stubs, shown: dict[str, Any], said: str
) -> None:
    form = follower.page(OFFER)
    offered["requests.tracking"], offered["requests.move_appointment"] = shown, refusals.AppointmentUnknown()

    for page in (follower.page(OFFER), parsed(follower.fill(form), 404)):
        assert said in words(page)
        assert page.select("main form") == []


def test_a_freed_slot_of_an_appointment_past_its_limit_says_whom_to_call(follower: Client, offered: Stubs) -> None:
    late = "Il est trop tard pour modifier ce rendez-vous en ligne. Appelez le 02 61 91 10 50 : Vie associative."
    view = with_earlier_slot(**WANTED)
    [present] = view["appointments"]
    offered["requests.tracking"] = view | {"appointments": [present | {"can_move": False, "limit_message": late}]}

    page = follower.page(OFFER)

    assert late in words(page)
    assert page.select("main form") == []


def test_a_request_that_changed_meanwhile_is_asked_about_again(follower: Client, offered: Stubs) -> None:
    offered["requests.move_appointment"] = refusals.StaleVersion()

    page = parsed(follower.submit(OFFER, "main form"), 409)

    assert refusals.StaleVersion.message in page.select_one("main .notice").get_text()
    assert page.select_one("main form button") is not None


def test_the_link_of_the_mail_opens_the_page_of_the_slot(visitor: Client, services: Stubs) -> None:
    assert visitor.get(f"/suivi/secret?creneau={FREED['id']}").location == OFFER
    assert visitor.get("/suivi/secret?creneau=//ailleurs").location == HERE

    services["requests.open_tracking"] = {"number": NUMBER, "request_id": DRAFT, "login_required": True}
    assert visitor.log_in(visitor.get(f"/suivi/secret?creneau={FREED['id']}").location).location == OFFER


def test_the_page_of_a_slot_asks_for_a_log_in_where_it_is_in_a_space(client: Client, offered: Stubs) -> None:
    assert client.get(OFFER).location == f"/connexion?suite={OFFER}"
    client.set_cookie("parvis-tracking", "of another request")
    offered["requests.tracking"] = LoginRequired()

    assert client.get(OFFER).location == f"/connexion?suite={OFFER}"
