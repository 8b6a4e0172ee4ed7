"""The services behind the pages' tests answer each query with the fields that the real ones answer it with, at every depth."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import Command, to_json
from services.chassis.service_list import service_names
from tests.integration.processes.conftest import AGENT, IMPORTER, Processes
from tests.support import agents_desk, demo_town, town_hall
from tests.support.stubs import Stubs, declared_calls

ROOM, ROAD = "location-salle", "signalement-voirie"
PLAN = "a" * 16
BY_MAIL = {"accounts.activation", "accounts.open_closure_return"}
"""Asked with the token of a mail: tests/integration/accounts has them."""
DATA = {"answers", "applicant", "errors", "numbers", "query", "unready"}
"""What has ids, or the fields of a procedure, in the place of names."""
BY_CHOICE = {"related_partner_space", "related_poll", "related_procedure", "site"}
"""What an article has where its author gave it."""


@dataclass
class Day:
    """What Camille and an agent did before anything is asked."""

    ask: Callable[[str, dict[str, Any], Actor], Any]
    camille: Actor
    agent: Actor
    session: str
    followed: str
    road: str
    token: str
    draft: dict[str, Any]

    def grant(self, number: str, reader: Actor) -> dict[str, Any]:
        return {"grant": self.ask("requests.tracking", {"number": number}, reader)["grant"]}

    def receipt_code(self, reader: Actor) -> str:
        return str(self.ask("requests.read_receipt", {"number": self.followed}, reader)["code"])


Question = Callable[[Day], dict[str, Any]]
RECEIPTS: dict[str, Question] = {
    "requests.check_receipt": lambda day: {"code": day.receipt_code(day.camille)},
    "requests.read_receipt": lambda day: {"number": day.followed},
    "requests.seal_receipt_file": lambda day: {
        "number": day.followed,
        "code": day.receipt_code(day.camille),
        "digest": "0" * 64,
    },
}
OF_CAMILLE: dict[str, Question] = {
    **RECEIPTS,
    "accounts.check_username": lambda _: {"username": "camille.nouvelle", "address_seen": "192.0.2.1"},
    "accounts.session": lambda day: {"session": day.session},
    "accounts.list_sessions": lambda day: {"presented": day.session},
    "accounts.list_partner_credentials": lambda _: {"with_uses": True},
    "content.activity": lambda _: {"slug": demo_town.file("activities")["activities"][0]["slug"]},
    "content.find": lambda _: {"q": "mariage", "limit": 30},
    "content.news_item": lambda _: {"slug": demo_town.file("news")["news"][0]["slug"]},
    "content.poll": lambda _: {"slug": demo_town.file("polls")["polls"][0]["slug"], "browser": "b" * 64},
    "content.polls": lambda _: {"browser": "b" * 64},
    "content.practical_item": lambda _: {"slug": demo_town.file("practical_info")["practical_info"][0]["slug"]},
    "documents.draft_documents": lambda day: {"grant": day.draft["grant"]},
    "documents.request_documents": lambda day: day.grant(day.followed, day.camille),
    "messaging.exchanges": lambda day: day.grant(day.followed, day.camille),
    "procedures.procedure": lambda _: {"slug": ROOM},
    "requests.draft_for": lambda _: {"procedure": ROOM},
    "requests.open_tracking": lambda day: {"token": day.token},
    "requests.read_held_data": lambda day: {"number": day.followed},
    "requests.slots": lambda _: {"agenda": "salles"},
    "requests.tracking": lambda day: {"number": day.followed},
}
AT_THE_DESK: dict[str, Question] = {
    **RECEIPTS,
    "accounts.session": lambda day: {"session": day.session},
    "documents.looks": lambda day: {"agent": day.agent.id, "at_most": 51},
    "documents.request_documents": lambda day: day.grant(day.road, day.agent),
    "documents.staff_views": lambda day: {
        "grant": day.ask("requests.audit_trail", {"number": day.road, "at_most": 51}, day.agent)["grant"],
        "at_most": 51,
    },
    "messaging.emails": lambda day: day.grant(day.road, day.agent),
    "requests.audit_trail": lambda day: {"number": day.road, "at_most": 51},
    "requests.list_nearby": lambda day: {"number": day.road},
    "requests.list_others_of_person": lambda day: {"number": day.road},
    "requests.read_selection": lambda day: {"numbers": [day.road]},
    "requests.looks": lambda day: {"agent": day.agent.id, "at_most": 51},
    "requests.reply_preview": lambda day: {
        "number": day.road,
        "reply": day.ask("requests.tracking", {"number": day.road}, day.agent)["replies"][0]["slug"],
    },
    "requests.tracking": lambda day: {"number": day.road},
}
"""With what those queries are asked that are asked with something."""


@pytest.fixture(scope="module")
def day(processes: Processes, town: dict[str, Any]) -> Day:
    camille, login = processes.bring(town["accounts"]["citizens"][0])
    opened = {"username": login["username"], "password": login["password"], "address_seen": "192.0.2.1"}
    session = processes.call("accounts.log_in", {**opened, "presented": "", "device": ""}, camille)["session"]
    draft = processes.call("requests.open_draft", {"procedure": ROOM, "draft_id": str(uuid4()), "anew": True}, camille)
    entry = next(one for one in town["accounts"]["agents"] if one["role"] == "agent")
    own = {**entry, "username": f"{entry['username']}.{uuid4().hex[:8]}"}
    agent_id = processes.call("accounts.import_accounts", {"agents": [own]}, IMPORTER)["ids"][own["username"]]
    agent = replace(AGENT, id=agent_id, permissions=(*AGENT.permissions, "read_audit_log"))
    followed, road = processes.submit(camille, ROAD), processes.submit(Actor(kind="visitor", id="d" * 64), ROAD)
    done = Day(
        processes.call, camille, agent, session, followed["number"], road["number"], road["tracking_token"], draft
    )
    processes.call("messaging.add_exchange", {**done.grant(done.followed, camille), "text": "Bonjour"}, camille)
    version = processes.tracking(done.road, agent)["version"]
    processes.call("requests.take_in_charge", {"number": done.road, "version": version}, agent)
    tile = {"zoom": 13, "x": 4093, "y": 2817, "content": base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()}
    processes.call("content.keep_map_tiles", {"map": PLAN, "tiles": [tile]}, IMPORTER)
    plan = {"map": PLAN, "type": "image/png", "min_zoom": 13, "max_zoom": 17, "attribution": "© la commune", "tiles": 1}
    processes.call("content.publish_town_map", plan, IMPORTER)
    return done


@pytest.mark.parametrize("service", service_names())
def test_the_twin_of_a_service_answers_with_the_fields_of_the_real_one(service: str, day: Day) -> None:
    differences: list[str] = []
    for furnish, questions, reader, stub in (
        (town_hall.furnish, OF_CAMILLE, day.camille, demo_town.CAMILLE),
        (agents_desk.furnish, AT_THE_DESK, day.agent, agents_desk.AGENT),
    ):
        twin = Stubs()
        if drafts := furnish(twin):
            drafts.open({"procedure": ROOM}, stub)
        for method in sorted(name for name in twin.answers if name.startswith(f"{service}.")):
            answer = twin.answers[method]
            if issubclass(declared_calls()[method], Command) or method in BY_MAIL or isinstance(answer, Exception):
                continue
            body = questions[method](day) if method in questions else {}
            real = day.ask(method, body, reader)
            given = to_json(answer(body, stub) if callable(answer) else answer)
            differences += differing(orjson.loads(orjson.dumps(given)), [real], method)
    assert not differences, "\n".join(sorted(set(differences)))


def differing(twin: Any, real: list[Any], path: str) -> list[str]:
    """Where the twin's value lacks a field that each of the real ones has there, has one that none of them has, or has
    another type. None and empty lists say nothing."""
    seen = [one for one in real if one is not None]
    if twin is None or not seen:
        return []
    if type(twin) not in map(type, seen):
        return [f"{path}: {type(twin).__name__}, not {type(seen[0]).__name__}"]
    if isinstance(twin, list):
        items = [item for one in seen for item in one]
        return [found for item in twin for found in differing(item, items, f"{path}[]")]
    if not isinstance(twin, dict) or path.rpartition(".")[2] in DATA:
        return []
    always, ever = (join(*map(set, seen)) for join in (set.intersection, set.union))
    return [
        *(f"{path}.{name} is missing" for name in always - set(twin)),
        *(f"{path}.{name} is not answered" for name in set(twin) - ever - BY_CHOICE),
        *(
            found
            for name, value in twin.items()
            for found in differing(value, [one[name] for one in seen if name in one], f"{path}.{name}")
        ),
    ]
