"""An agent searches by a name: the list is found, paged, filtered and come back to, and no address holds the name."""

import base64
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

LIST = "/agent/demandes"
SEARCH = f'form[action="{LIST}/recherche"]'


def search(agent: Client, typed: str) -> TestResponse:
    return agent.submit(LIST, SEARCH, q=typed)


def test_a_name_is_looked_for_and_stays_out_of_every_address(agent: Client, services: Stubs) -> None:
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=60)
    sent = search(agent, " Nouveau  Ariel ")
    found = agent.page(sent.location)

    assert sent.status_code == 303
    assert services.bodies("requests.work_list")[-1] == {"q": "Nouveau Ariel", "rows": 50, "choices": True}
    assert found.select_one("#q")["value"] == "Nouveau Ariel"
    addresses = [sent.location, *(link["href"] for link in found.select("a[href]"))]
    assert not [one for one in addresses if "nouveau" in one.lower()]
    assert "q" not in held_values(found.select_one(".filters__form"))


def test_pages_filters_and_sorting_keep_the_search(agent: Client, services: Stubs) -> None:
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=60) | {"next": "after"}
    found = agent.page(search(agent, "Nouveau").location)

    agent.page(found.select_one(".pages a[rel=next]")["href"])
    assert services.bodies("requests.work_list")[-1] == {"q": "Nouveau", "cursor": "after", "rows": 50, "choices": True}
    agent.page(found.select_one(".work thead a")["href"])
    assert services.bodies("requests.work_list")[-1]["q"] == "Nouveau"
    filters = held_values(found.select_one(".filters__form"))
    agent.get(LIST, query_string=filters | {"statut": "submitted"})
    narrowed = {"q": "Nouveau", "status": "submitted", "rows": 50, "choices": True}
    assert services.bodies("requests.work_list")[-1] == narrowed


def test_back_and_another_tab_find_the_earlier_search(agent: Client, services: Stubs) -> None:
    first, second = search(agent, "Nouveau"), search(agent, "Exemple")

    for sent, name in ((first, "Nouveau"), (second, "Exemple"), (first, "Nouveau")):
        agent.page(sent.location)
        assert services.bodies("requests.work_list")[-1]["q"] == name
    assert search(agent, "Nouveau").location == first.location


def test_a_sealed_cookie_keeps_the_last_few_searches_only(agent: Client, services: Stubs) -> None:
    sent = [search(agent, f"Nouveau{rank}") for rank in range(6)]

    cookie = agent.get_cookie("parvis-searches")
    assert cookie is not None
    assert cookie.http_only
    assert b"Nouveau" not in base64.urlsafe_b64decode(cookie.value)
    forgotten = agent.page(sent[0].location)
    assert "Cette recherche n’est plus gardée" in forgotten.get_text()
    assert services.bodies("requests.work_list")[-1] == {"view": "open", "rows": 50, "choices": True}


def test_another_agent_in_the_same_browser_cannot_read_a_search(app: Flask, agent: Client, services: Stubs) -> None:
    sent = search(agent, "Nouveau")
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, id=desk.COLLEAGUE))
    agent.set_cookie("parvis", "t" * 32)

    assert "n’est plus gardée" in agent.page(sent.location).get_text()


def test_logging_out_removes_the_searches(agent: Client, services: Stubs) -> None:
    services["accounts.log_out"] = {}
    search(agent, "Nouveau")

    agent.submit(LIST, 'form[action="/deconnexion"]')

    assert agent.get_cookie("parvis-searches") is None


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), NUMBER.replace("-", " "), NUMBER.replace("-", "")])
def test_a_number_may_stand_in_an_address(agent: Client, services: Stubs, typed: str) -> None:
    agent.page(search(agent, typed).location)

    assert services.bodies("requests.work_list")[-1] == {"q": typed, "rows": 50, "choices": True}
    assert agent.get_cookie("parvis-searches") is None


def test_a_name_in_an_address_is_not_searched_and_is_removed_from_it(agent: Client, services: Stubs) -> None:
    answer = agent.get(f"{LIST}?vue=closes&q=Nouveau")

    assert answer.location == f"{LIST}?vue=closes&recherche=oubliee"
    assert services.bodies("requests.work_list") == []


def test_an_empty_search_leads_to_the_whole_list(agent: Client) -> None:
    assert search(agent, "  ").location == LIST


def test_a_search_that_met_an_ended_session_is_made_after_the_log_in(agent: Client, services: Stubs) -> None:
    found = agent.page(LIST)
    agent.delete_cookie("parvis")
    asked = agent.fill(found, SEARCH, q="Nouveau")
    for typed in ({"utilisateur": "agent.accueil", "mot-de-passe": "secret"}, {"code": "123456"}):
        waiting, asked = asked, agent.fill(parsed(asked), **typed)

    again = agent.post(asked.location, data=held_values(parsed(waiting).select_one("main form")))

    agent.page(again.location)
    assert services.bodies("requests.work_list")[-1]["q"] == "Nouveau"
