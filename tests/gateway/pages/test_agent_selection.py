"""Several requests of the list at once: asked first, done one by one, reported line by line, and nothing done twice."""

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from gateway.pages.agent import selection as agent_selection
from services.chassis.errors import Unavailable
from services.requests.refusals import Closed, StaleVersion
from services.townhall.placeholders import AUTOMATIC
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

OTHER = "2026-2HXD-58TN"
PAGE = "/agent/demandes/selection"
BOTH = f"{PAGE}?d={NUMBER}&d={OTHER}"
DONE = "done/intervention-faite"


def sent(page: BeautifulSoup, **chosen: Any) -> dict[str, Any]:
    """What a browser sends of the form with everything that is ticked."""
    form = page.select_one("main form")
    ticked = [box["value"] for box in form.select("input[name=d][checked]")]
    shown = [one["value"] for one in form.select("input[name=aussi]")]
    return {**held_values(form), "d": ticked, "aussi": shown, **chosen}


def results(page: BeautifulSoup) -> list[tuple[str, str]]:
    rows = page.select("main tbody tr")
    return [(row.select_one("a").get_text(), row.select_one("td").get_text(" ", strip=True)) for row in rows]


def test_the_list_sends_ticked_requests_to_each_act(agent: Client, services: Stubs) -> None:
    page = agent.page("/agent/demandes?vue=a-moi&tri=number")

    form = page.select_one(f"form[action='{PAGE}']")
    assert form.select_one("input[name=d]")["value"] == NUMBER
    assert [button["value"] for button in form.select("button[name=acte]")] == ["charge", "affecter", "repondre"]
    assert form.select_one("input[name=liste]")["value"] == "vue=a-moi&tri=number"


def test_an_agent_without_the_right_to_decide_ticks_nothing(agent: Client, services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, permissions=("read_requests",)))

    assert agent.page("/agent/demandes").select(".work__pick") == []
    assert "ne permet pas d’agir" in agent.page(BOTH).select_one("main").get_text()


@pytest.mark.parametrize("act", ["charge", "affecter", "repondre"])
def test_chosen_requests_are_shown_before_any_command(agent: Client, services: Stubs, act: str) -> None:
    page = agent.page(f"{BOTH}&acte={act}&liste=vue%3Da-moi")

    assert [list(body["numbers"]) for body in services.bodies("requests.read_selection")] == [[NUMBER, OTHER]]
    assert [one.get_text() for one in page.select("main tbody th a")] == [NUMBER, OTHER]
    assert page.select_one("main form .actions a")["href"] == "/agent/demandes?vue=a-moi"
    assert [one for one in services.asked if one.command_id] == []


def test_each_request_is_taken_by_its_own_command_and_reported(agent: Client, services: Stubs) -> None:
    services["requests.take_in_charge"] = lambda body, _: (
        {"number": body["number"]} if body["number"] == NUMBER else refuse(Closed())
    )
    page = agent.page(f"{BOTH}&acte=charge")

    done = parsed(agent.post(PAGE, data=sent(page)), 200)

    assert services.bodies("requests.take_in_charge") == [
        {"number": NUMBER, "version": 4}, {"number": OTHER, "version": 4},
    ]  # fmt: skip
    assert results(done) == [(NUMBER, "Fait Elle est à vous."), (OTHER, f"Non fait {Closed.message}")]
    assert "C’est fait pour 1 sur 2" in done.select_one(".notice").get_text()
    assert done.select_one("main form") is None


def refuse(refusal: Exception) -> Any:
    raise refusal


def test_the_same_form_sent_twice_is_the_same_commands(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{BOTH}&acte=charge")
    for _ in range(2):
        agent.post(PAGE, data=sent(page))

    ids = [str(one.command_id) for one in services.asked if one.method == "requests.take_in_charge"]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_another_choice_in_the_same_form_is_another_command(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{BOTH}&acte=affecter")
    for chosen in (desk.ME, desk.COLLEAGUE, "personne"):
        agent.post(PAGE, data=sent(page, choix=chosen))

    asked = [one for one in services.asked if one.method == "requests.assign"]
    assert len({str(one.command_id) for one in asked}) == 6
    assert [one.body.get("assignee") for one in asked[::2]] == [desk.ME, desk.COLLEAGUE, None]


def test_a_reply_leaves_for_several_as_the_town_prepared_it(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{BOTH}&acte=repondre")
    words = page.select_one("main form").get_text()
    assert "Convient à 1 sur 2" in words
    assert page.select_one("main form .help a")["href"] == f"{PAGE}?acte=charge&liste=&d={NUMBER}&d={OTHER}"
    assert "Bonjour [nom de la personne]," in words
    assert "{{" not in words

    done = parsed(agent.post(PAGE, data=sent(page, choix=DONE)), 200)

    assert services.bodies("requests.change_status")[0] == {
        "number": NUMBER, "version": 4, "to": "done", "reply": "intervention-faite", "together": True, "hold": False,
    }  # fmt: skip
    assert results(done)[0] == (NUMBER, "Fait La réponse est envoyée.")


def test_each_automatic_placeholder_has_its_words() -> None:
    assert set(agent_selection.FILLED) == set(AUTOMATIC)


def test_a_request_with_a_message_to_read_is_not_ticked_for_a_reply(agent: Client, services: Stubs) -> None:
    services["requests.read_selection"] = desk.selection(NUMBER, unread=1)

    assert agent.page(f"{BOTH}&acte=repondre").select("input[name=d][checked]") == []
    assert len(agent.page(f"{BOTH}&acte=charge").select("input[name=d][checked]")) == 1


def test_a_request_that_a_colleague_follows_is_not_ticked_to_be_taken_or_answered(
    agent: Client, services: Stubs
) -> None:
    followed = {"id": desk.COLLEAGUE, "name": "Chef d’équipe"}
    services["requests.read_selection"] = desk.selection(NUMBER, assignee=followed)

    ticked = {
        act: len(agent.page(f"{BOTH}&acte={act}").select("input[name=d][checked]")) for act in agent_selection.HEADINGS
    }

    assert ticked == {"charge": 0, "affecter": 1, "repondre": 0}
    services["requests.read_selection"] = desk.selection(NUMBER, assignee=followed, covered_until="2026-12-04")
    assert len(agent.page(f"{BOTH}&acte=charge").select("input[name=d][checked]")) == 1


@pytest.mark.parametrize(
    ("act", "more", "said"),
    [
        ("affecter", {}, "Dites à qui"),
        ("repondre", {}, "Choisissez la réponse"),
        ("repondre", {"choix": "done"}, "Choisissez la réponse"),
        ("charge", {"d": []}, "Cochez au moins une demande."),
    ],
)
def test_an_incomplete_selection_is_refused_and_sends_no_command(
    agent: Client, services: Stubs, act: str, more: dict[str, Any], said: str
) -> None:
    page = agent.page(f"{BOTH}&acte={act}")

    again = parsed(agent.post(PAGE, data=sent(page, **more)), 422)

    assert said in again.select_one(".error-summary").get_text()
    assert [one.get_text() for one in again.select("main tbody th a")] == [NUMBER, OTHER]
    assert [one for one in services.asked if one.command_id] == []


def test_requests_without_answer_are_offered_again_as_the_same_command(agent: Client, services: Stubs) -> None:
    services["requests.take_in_charge"] = Unavailable()
    page = agent.page(f"{BOTH}&acte=charge")

    done = parsed(agent.post(PAGE, data=sent(page)), 200)
    assert [words for _, words in results(done)] == [f"Non fait {agent_selection.FAILED}"] * 2
    services["requests.take_in_charge"] = {"number": NUMBER}
    form = done.select_one("main form")
    again = {**held_values(form), "d": [one["value"] for one in form.select("input[name=d]")]}
    assert "C’est fait pour 2" in agent.post(PAGE, data=again).text

    ids = [str(one.command_id) for one in services.asked if one.method == "requests.take_in_charge"]
    assert len(set(ids)) == 2


def test_requests_beyond_the_time_limit_are_left_to_be_done(
    agent: Client, services: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = agent.page(f"{BOTH}&acte=charge")
    monkeypatch.setattr("gateway.conversation.PATIENCE_SECONDS", -1.0)

    done = parsed(agent.post(PAGE, data=sent(page)), 200)

    assert services.bodies("requests.take_in_charge") == []
    assert [words for _, words in results(done)] == [f"Non fait {agent_selection.NOT_YET}"] * 2
    assert "Recommencer pour 2" in done.select_one("main form").get_text()


def test_a_request_with_a_later_version_stays_as_it_is(agent: Client, services: Stubs) -> None:
    services["requests.take_in_charge"] = StaleVersion(details={"seen": 4, "version": 5, "changes": []})
    page = agent.page(f"{PAGE}?d={NUMBER}&acte=charge")

    done = parsed(agent.post(PAGE, data=sent(page)), 200)

    assert results(done) == [(NUMBER, f"Non fait {agent_selection.CHANGED}")]


def test_requests_of_other_departments_are_counted_in_a_sentence(agent: Client, services: Stubs) -> None:
    services["requests.read_selection"] = desk.selection(NUMBER)

    page = agent.page(f"{BOTH}&acte=charge")

    assert "Une demande choisie n’est plus de vos services" in page.select_one(".notice").get_text()


def test_fifty_at_most_are_chosen_at_once(agent: Client, services: Stubs) -> None:
    many = "&".join(f"d=2026-0000-{n:04}" for n in range(60))

    page = agent.page(f"{PAGE}?{many}&acte=charge")

    assert len(services.bodies("requests.read_selection")[0]["numbers"]) == 50
    assert "10\u00a0autres restent dans la liste" in page.select_one(".notice").get_text()


@pytest.mark.parametrize("listed", ["//evil.example", "javascript:alert(1)", "https://evil.example/?a=b"])
def test_the_way_back_is_the_list_whatever_the_address_says(agent: Client, listed: str) -> None:
    page = agent.get(PAGE, query_string={"d": NUMBER, "acte": "charge", "liste": listed})

    assert parsed(page).select_one("main form .actions a")["href"].startswith("/agent/demandes")
