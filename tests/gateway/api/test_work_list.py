"""A program searches the work list: numbers in the address, names in the body only."""

import pytest
from flask.testing import FlaskClient

from tests.support import agents_desk as desk
from tests.support.stubs import Stubs

AS_AGENT = {"Authorization": f"Bearer {'s' * 32}"}
LIST = "/api/v1/agent/requests"


@pytest.fixture(autouse=True)
def at_the_desk(services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(desk.AGENT)
    services["requests.work_list"] = desk.work_list()


def test_a_name_is_searched_for_by_the_body(client: FlaskClient, services: Stubs) -> None:
    asked = {"q": "Nouveau", "view": "closed", "page": 2}

    answer = client.post(f"{LIST}/search", json=asked, headers=AS_AGENT)

    assert answer.status_code == 200
    assert services.bodies("requests.work_list") == [asked]


def test_a_number_is_found_by_the_address(client: FlaskClient, services: Stubs) -> None:
    answer = client.get(LIST, query_string={"q": "2026-7K4M-93QX"}, headers=AS_AGENT)

    assert answer.status_code == 200
    assert services.bodies("requests.work_list") == [{"q": "2026-7K4M-93QX"}]


def test_a_name_in_the_address_is_refused_and_not_repeated(client: FlaskClient, services: Stubs) -> None:
    answer = client.get(LIST, query_string={"q": "Nouveau"}, headers=AS_AGENT)

    assert answer.status_code == 422
    assert "Nouveau" not in answer.text
    assert services.bodies("requests.work_list") == []
