"""The end of a person's data in every service, between real processes: also in one that was down at the time."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import NotFound
from services.chassis.event_store import db
from services.chassis.event_store.events import type_of
from services.chassis.event_store.registrations import load_registrations
from services.chassis.process import operate
from services.documents.files import rows as files
from services.documents.samples.rules import sample
from services.documents.schemas import owner as owners
from tests.integration.documents.conftest import get, gone, put
from tests.integration.processes.conftest import AGENT, Processes, until
from tests.servers.mailbox import Mailbox
from tests.servers.notebook import Notebook
from tests.support.filled import today, valid_answers, valid_applicant

ROAD = "signalement-voirie"
ARCHIVIST = Actor(kind="agent", id=str(uuid4()), roles=("administrator",), permissions=("run_retention",))
ROOMS = ("accounts", "requests", "messaging", "documents")


@dataclass
class Rooms(Processes):
    """The same with what the tests of this file do and see in each service."""

    def draft(self, who: Actor, address: str) -> tuple[dict[str, Any], str]:
        """A draft with a photograph; its grant, and the id of the file."""
        opened = {"procedure": ROAD, "draft_id": str(uuid4()), "anew": True}
        draft = self.call("requests.open_draft", opened, who)
        content = sample("lampadaire.jpg")[0]
        announced = {"grant": draft["grant"], "piece": "photo", "filename": "Zoé.jpg", "size": len(content)}
        begun = self.call("documents.begin_upload", announced, who)
        put(begun["put_url"], content)
        self.call("documents.finish_upload", {"grant": draft["grant"], "file_id": begun["file_id"]}, who)
        definition = self.call("procedures.procedure", {"slug": ROAD}, who)["definition"]
        typed = {
            "applicant": valid_applicant(definition, address) | {"usage_name": "Zzmarqueur"},
            "request": valid_answers(definition, today()),
        }
        for step, data in typed.items():
            self.call("requests.save_step", {"draft_id": draft["id"], "step": step, "data": data}, who)
        return draft, begun["file_id"]

    def file(self, who: Actor, address: str) -> dict[str, Any]:
        draft, _ = self.draft(who, address)
        manifest = self.call("documents.freeze", {"grant": draft["grant"]}, who)["manifest"]
        body = {"draft_id": draft["id"], "version": draft["version"], "manifest": manifest}
        return self.call("requests.submit_draft", body, who)

    def write(self, receipt: dict[str, Any], text: str, actor: Actor = AGENT) -> None:
        grant = self.tracking(receipt["number"], actor)["grant"]
        self.call("messaging.add_exchange", {"grant": grant, "text": text}, actor)

    def object_of(self, file_id: str) -> str:
        """Where the bytes of a file lie, as documents itself would read them."""
        from services.documents.object_store.objects import Objects

        with self.rows("documents") as conn:
            found = files.file(conn, UUID(file_id))
        assert found is not None
        return Objects(self.settings).download_address(str(found.object_key))

    def rows(self, service: str) -> Any:
        return db.connect(self.settings.owner_database(service), "tests")

    def count(self, service: str, sql: str, *values: Any) -> int:
        with self.rows(service) as conn:
            return conn.execute(sql, values).fetchall()[0]["n"]  # pyright: ignore[reportArgumentType]

    def readable(self, service: str, stream: str) -> list[bool]:
        """Of each event of a stream that has a sealed part, whether it can still be read."""
        load_registrations(service)
        store = Notebook(self.settings, service)
        try:
            return [one.readable for one in store.history(stream) if type_of(type(one.event)).sealed_fields]
        finally:
            store.close()


@pytest.fixture(scope="module")
def processes(processes: Processes) -> Rooms:
    return Rooms(processes.services, processes.settings, processes.client)


@pytest.fixture
def camille(processes: Rooms, town: dict[str, Any]) -> tuple[Actor, str]:
    """A citizen with an account of this test alone, which it may close, and the password."""
    who, login = processes.bring(town["accounts"]["citizens"][0])
    return who, login["password"]


def sound(processes: Rooms) -> None:
    for service in ROOMS:
        assert operate.verify(processes.settings, service).sound, service
        assert operate.dead_letters(processes.settings, service) == [], service


def test_an_archive_has_the_data_of_every_service_and_is_announced_by_mail(
    processes: Rooms, camille: tuple[Actor, str], smtp: Mailbox
) -> None:
    who, _ = camille
    filed = processes.file(who, f"{uuid4().hex}@courriel.example")
    processes.write(filed, "Nous passerons jeudi.")
    email = processes.call("accounts.profile", {}, who)["contact"]["email"]

    processes.call("documents.ask_archive", {}, who)

    mail = smtp.wait_for(email, seconds=60)[0]
    assert mail.subject == "L’archive de vos données est prête"
    with zipfile.ZipFile(io.BytesIO(get(processes.call("documents.open_archive", {}, who)["get_url"]))) as file:
        assert file.testzip() is None
        data, names = json.loads(file.read("mes-donnees.json")), file.namelist()
    [request] = data["requests"]
    assert (request["number"], request["exchanges"][0]["text"]) == (filed["number"], "Nous passerons jeudi.")
    assert [one["path"] in names for document in request["documents"] for one in document["files"]] == [True]
    assert data["space"]["email"] == email
    assert data["family"]
    assert "argon2" not in json.dumps(data)


def test_a_closed_account_ends_everywhere_and_its_request_goes_on(
    processes: Rooms, camille: tuple[Actor, str], smtp: Mailbox
) -> None:
    who, password = camille
    address = f"{uuid4().hex}@courriel.example"
    filed = processes.file(who, address)
    smtp.wait_for(address)
    draft, file_id = processes.draft(who, address)
    picture = processes.object_of(file_id)
    processes.write(filed, "Nous passerons mardi.")
    smtp.wait_for(address, count=2)
    for service in ("messaging", "documents"):
        processes.services.kill(service)

    processes.call("accounts.request_closure", {"password": password}, who)
    assert processes.count("accounts", "SELECT count(*) AS n FROM accounts WHERE account_id = %s", who.id) == 1
    with processes.rows("accounts") as conn:  # the days to return pass, and the hour of the last mail
        conn.execute("UPDATE closures SET state = 'told', next_at = now() WHERE account_id = %s", (who.id,))
    processes.services.kill("accounts")
    processes.services.start("accounts")
    is_gone = "SELECT 1 - count(*) AS n FROM accounts WHERE account_id = %s"
    until(lambda: bool(processes.count("accounts", is_gone, who.id)))

    assert processes.count("accounts", "SELECT count(*) AS n FROM accounts WHERE account_id = %s", who.id) == 0
    until(lambda: processes.call("requests.draft_for", {"procedure": ROAD}, who)["draft"] is None)
    processes.services.start("messaging", "documents")

    until(lambda: gone(picture))
    until(lambda: processes.count("documents", "SELECT count(*) AS n FROM doomed_objects") == 0)
    under_draft = "SELECT count(*) AS n FROM documents WHERE request_id = %s"
    assert processes.count("documents", under_draft, draft["id"]) == 0
    followed = smtp.wait_for(address, count=3, seconds=60)[2]
    assert followed.subject.startswith("Votre demande se suit désormais par ce lien : ")
    assert followed.subject.endswith(filed["number"])
    token = followed.text.split("/suivi/")[1].split()[0]
    view = processes.tracking(filed["number"], Actor(kind="tracking", id="", tokens=(token,)))
    assert (view["erased"], view["can"]["exchange"]) == (False, True)
    assert view["applicant"]
    with pytest.raises(NotFound):
        processes.client.call("requests.tracking", {"number": filed["number"]}, actor=who)
    sound(processes)


def test_a_retention_ends_in_every_service_also_in_one_that_was_down(processes: Rooms, smtp: Mailbox) -> None:
    visitor = Actor(kind="visitor", id="d" * 64)
    address, neighbour = f"{uuid4().hex}@courriel.example", f"{uuid4().hex}@courriel.example"
    ended, kept = processes.file(visitor, address), processes.file(visitor, neighbour)
    processes.write(ended, "Bonjour Zzmarqueur.")
    processes.write(kept, "Bonjour.")
    for receipt in (ended, kept):
        processes.decide(receipt["number"], "done", text="Réparé, Zzmarqueur.")
    smtp.wait_for(address, count=3)
    request_id = ended["request_id"]
    [(file_id, picture)] = [(file, processes.object_of(file)) for file in file_ids(processes, request_id)]
    [other] = [processes.object_of(file) for file in file_ids(processes, kept["request_id"])]
    with processes.rows("requests") as conn:  # the years pass
        years = "UPDATE requests SET closed_at = closed_at - interval '20 years' WHERE request_id = %s"
        conn.execute(years, (request_id,))
    for service in ("messaging", "documents"):
        processes.services.kill(service)

    list_id = processes.call("requests.draw_elimination", {}, ARCHIVIST)["list_id"]
    listed = processes.call("requests.elimination", {"list_id": list_id}, ARCHIVIST)["lines"]
    numbers = {line["number"] for line in listed}  # of others too, which another test may have left
    assert ended["number"] in numbers and kept["number"] not in numbers
    processes.call("requests.approve_elimination", {"list_id": list_id, "visa": "AD61 2046-3"}, ARCHIVIST)
    until(lambda: processes.tracking(ended["number"])["erased"])
    processes.services.start("messaging", "documents")

    until(lambda: gone(picture))
    until(
        lambda: (
            processes.count("messaging", "SELECT count(*) AS n FROM exchanges WHERE request_id = %s", request_id) == 0
        )
    )
    proofs = "SELECT count(*) AS n FROM notices WHERE request_id = %s AND (proof IS NOT NULL OR state = 'due')"
    assert processes.count("messaging", proofs, request_id) == 0
    assert processes.count("documents", "SELECT count(*) AS n FROM files WHERE id = %s", file_id) == 0
    for service in ("requests", "documents"):
        assert set(processes.readable(service, f"request-{request_id}")) == {False}
    sound(processes)
    facts = processes.count("requests", "SELECT count(*) AS n FROM events")
    for service in ("requests", "accounts"):  # everything is published again, as after the loss of a broker
        operate.republish(processes.settings, service, 1)
    until(lambda: published_all(processes, "requests") and published_all(processes, "accounts"))
    assert processes.count("requests", "SELECT count(*) AS n FROM events") == facts
    assert get(other)
    assert processes.tracking(kept["number"])["applicant"]
    sound(processes)


def file_ids(processes: Rooms, request_id: str) -> list[str]:
    with processes.rows("documents") as conn:
        return [str(one.id) for one in files.files_of(conn, owners.request(UUID(request_id)))]


def published_all(processes: Rooms, service: str) -> bool:
    behind = (
        "SELECT (SELECT coalesce(max(position), 0) FROM positions) - position AS n FROM marks WHERE name = 'published'"
    )
    return processes.count(service, behind) == 0
