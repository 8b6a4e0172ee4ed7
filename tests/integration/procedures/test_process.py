"""The processes answer their calls: the demo town as any town is imported."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import NotFound
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.servers.processes import Services

SYSTEM = Actor(kind="system", id="import")
VISITOR = Actor(kind="visitor", id="v" * 64)
TOWN = ("town", "service_areas", "procedures", "agendas")
CONTENTS = ("news", "activities", "practical_info", "polls", "partner_spaces")


@pytest.fixture(scope="module")
def rpc(settings: Settings, services: Services, town: dict[str, Any]) -> Iterator[RpcClient]:
    """Calls to both services, the demo town being imported."""
    services.start("procedures", "content")
    client = RpcClient(replace(settings, rpc_timeout_seconds=20))  # a machine that is busy with other tests is no fault
    for method, files in (("procedures.import_town", TOWN), ("content.import_content", CONTENTS)):
        body = {name: town[name] for name in files}
        client.call(method, body, actor=SYSTEM, command_id=uuid.uuid4(), timeout=20)
    yield client
    client.close()


def test_the_catalogue_and_a_definition_are_answered(rpc: RpcClient) -> None:
    page = rpc.call("procedures.catalogue", {"q": "eclairage"}, actor=VISITOR)
    procedure = rpc.call("procedures.procedure", {"slug": page["items"][0]["slug"]}, actor=VISITOR)

    assert procedure["definition"]["title"] == "Signaler un problème sur la voie publique"
    assert procedure["definition"]["department_details"]["phone"] == "02 61 91 10 30"


def test_the_town_its_areas_and_what_is_published_are_answered(rpc: RpcClient) -> None:
    town = rpc.call("procedures.town", {}, actor=VISITOR)
    areas = rpc.call("procedures.service_areas", {}, actor=VISITOR)
    published = rpc.call("procedures.published", {}, actor=VISITOR)

    assert town["town"]["name"] == "Saint-Aubin-sur-Orne"
    assert len(areas["areas"]) == 10
    assert (len(published["procedures"]), len(published["agendas"]), published["town"]) == (24, 4, 1)


def test_contents_are_answered_and_private_ones_ask_to_log_in(rpc: RpcClient) -> None:
    news = rpc.call("content.news", {"category": None}, actor=VISITOR)
    home = rpc.call("content.home", {}, actor=VISITOR)
    spaces = rpc.call("content.list_partner_spaces", {}, actor=VISITOR)

    assert (news["total"], len(home["news"]), len(spaces["spaces"])) == (4, 3, 3)
    for listing, item in (("activities", "activity"), ("practical", "practical_item")):
        first = rpc.call(f"content.{listing}", {}, actor=VISITOR)["items"][0]
        assert rpc.call(f"content.{item}", {"slug": first["slug"]}, actor=VISITOR)["html"].startswith("<")
    with pytest.raises(NotFound) as refused:
        rpc.call("content.news_item", {"slug": "registre-grand-froid"}, actor=VISITOR)
    assert refused.value.code == "account_required"


def test_a_vote_that_is_sent_again_is_counted_once(rpc: RpcClient) -> None:
    command, body = uuid.uuid4(), {"slug": "passerelle-nom", "answers": {"nom": "toiliers"}}

    answers = [rpc.call("content.vote", body, actor=VISITOR, command_id=command) for _ in range(2)]

    assert answers == [{"slug": "passerelle-nom", "answered": True}] * 2
    polls = rpc.call("content.polls", {}, actor=VISITOR)["items"]
    assert [poll["answered"] for poll in polls if poll["slug"] == "passerelle-nom"] == [True]
    assert rpc.call("content.poll", {"slug": "passerelle-nom"}, actor=VISITOR)["results"] is None
