"""A file from a draft to the agent's eyes, between real processes; and the demo town's sample requests."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Unavailable
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from services.documents.samples.rules import sample
from tests.integration.documents.conftest import get, put
from tests.integration.house.conftest import patiently
from tests.servers.processes import Services
from tests.support.filled import today, valid_answers, valid_applicant

VISITOR = Actor(kind="visitor", id="e" * 64)
AGENT = Actor(
    kind="agent",
    id=str(uuid4()),
    name="Agent instructeur polyvalent",
    roles=("agent",),
    departments=("services-techniques", "vie-associative"),
    permissions=("read_requests", "change_status", "write_exchanges"),
)
IMPORTER = system("import")


@pytest.fixture(scope="module")
def call(services: Services, settings: Settings, town: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    services.start("procedures", "requests", "accounts", "documents", "messaging", "relay")
    client = RpcClient(settings)

    def call(method: str, body: dict[str, Any], actor: Actor = VISITOR) -> Any:
        return client.call(method, body, actor=actor, command_id=uuid4(), timeout=15)

    parts = ("town", "service_areas", "procedures", "agendas")
    call("procedures.import_town", {name: town[name] for name in parts}, IMPORTER)
    yield call
    client.close()


def test_a_photograph_goes_with_a_draft_and_is_seen_by_the_agent(call: Callable[..., Any]) -> None:
    slug = "signalement-voirie"
    definition = patiently(lambda: call("procedures.procedure", {"slug": slug}))["definition"]
    draft_id = str(uuid4())
    draft = patiently(lambda: call("requests.open_draft", {"procedure": slug, "draft_id": draft_id}))
    content = sample("lampadaire.jpg")[0]
    announced = {"grant": draft["grant"], "piece": "photo", "filename": "lampadaire.jpg", "size": len(content)}
    begun = patiently(lambda: call("documents.begin_upload", announced))
    put(begun["put_url"], content)
    finished = call("documents.finish_upload", {"grant": draft["grant"], "file_id": begun["file_id"]})
    assert finished["state"] == "ready"

    for step, data in (("applicant", valid_applicant(definition)), ("request", valid_answers(definition, today()))):
        saved = call("requests.save_step", {"draft_id": draft_id, "step": step, "data": data})
        assert saved["errors"].get(step, {}) == {}
    manifest = call("documents.freeze", {"grant": draft["grant"]})["manifest"]
    receipt = call("requests.submit_draft", {"draft_id": draft_id, "version": draft["version"], "manifest": manifest})

    def documents_of() -> list[dict[str, Any]]:
        grant = call("requests.tracking", {"number": receipt["number"]}, AGENT)["grant"]
        listed = call("documents.request_documents", {"grant": grant}, AGENT)["documents"]
        if not listed or listed[0]["label"] != "Photographie":
            raise Unavailable
        shown = {"grant": grant, "file_id": listed[0]["files"][0]["id"]}
        return [call("documents.download", shown, AGENT)]

    shown = patiently(documents_of)[0]
    assert shown["name"] == "lampadaire.jpg"
    assert get(shown["get_url"]).startswith(b"\xff\xd8")

    def told() -> list[str]:
        history = call("requests.tracking", {"number": receipt["number"]}, AGENT)["history"]
        kinds = [line["kind"] for line in history]
        if "document" not in kinds:
            raise Unavailable
        return kinds

    assert "document" in patiently(told)


def test_the_files_of_a_discarded_draft_go(call: Callable[..., Any]) -> None:
    draft_id, slug = str(uuid4()), "signalement-voirie"
    draft = patiently(lambda: call("requests.open_draft", {"procedure": slug, "draft_id": draft_id, "anew": True}))
    content = sample("a.jpg")[0]
    announced = {"grant": draft["grant"], "piece": "photo", "filename": "a.jpg", "size": len(content)}
    begun = patiently(lambda: call("documents.begin_upload", announced))
    put(begun["put_url"], content)
    call("documents.finish_upload", {"grant": draft["grant"], "file_id": begun["file_id"]})
    call("requests.discard_draft", {"draft_id": draft_id})

    def gone() -> bool:
        if call("documents.draft_documents", {"grant": draft["grant"]})["documents"]:
            raise Unavailable
        return True

    assert patiently(gone)


def test_sample_requests_bring_their_exchanges_and_documents(call: Callable[..., Any], town: dict[str, Any]) -> None:
    people = {"citizens": town["accounts"]["citizens"], "agents": town["accounts"]["agents"]}
    patiently(lambda: call("accounts.import_accounts", people, IMPORTER))
    filed = patiently(lambda: call("requests.import_samples", people, IMPORTER))
    exchanges = patiently(lambda: call("messaging.import_exchanges", {"exchanges": filed["exchanges"]}, IMPORTER))
    documents = patiently(lambda: call("documents.import_documents", {"documents": filed["documents"]}, IMPORTER))
    assert exchanges == {"added": 10}
    assert documents["added"] == 10
