"""The end of a person's data in every room, between real processes: also in a room that was down when it was said."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
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
from tests.integration.documents.conftest import get, put
from tests.integration.house.conftest import AGENT, Town, until
from tests.servers.mailbox import Mailbox
from tests.servers.notebook import Notebook
from tests.support.filled import today, valid_answers, valid_applicant

ROAD = "signalement-voirie"
ARCHIVIST = Actor(kind="agent", id=str(uuid4()), roles=("administrator",), permissions=("run_retention",))
ROOMS = ("accounts", "requests", "messaging", "documents")


@dataclass
class Rooms(Town):
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
            "applicant": valid_applicant(definition, address) | {"birth_name": "Zzmarqueur"},
            "request": valid_answers(definition, today()),
        }
        for step, data in typed.items():
            self.call("requests.save_step", {"draft_id": draft["id"], "step": step, "data": data}, who)
        return draft, begun["file_id"]

    def file(self, who: Actor, address: str) -> dict[str, Any]:
        draft, _ = self.draft(who, address)
        manifest = self.call("documents.freeze", {"grant": draft["grant"]}, who)["manifest"]
        told = {"draft_id": draft["id"], "version": draft["version"], "manifest": manifest}
        return self.call("requests.submit_draft", told, who)

    def write(self, told: dict[str, Any], text: str, actor: Actor = AGENT) -> None:
        grant = self.tracking(told["number"], actor)["grant"]
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
def house(house: Town) -> Rooms:
    return Rooms(house.services, house.settings, house.client)


@pytest.fixture
def camille(house: Rooms, town: dict[str, Any]) -> tuple[Actor, str]:
    """A citizen with an account of this test alone, which it may close, and the password."""
    who, login = house.bring(town["accounts"]["citizens"][0])
    return who, login["password"]


def gone(address: str) -> bool:
    try:
        return not get(address)
    except HTTPError as error:
        error.close()
        return error.code == 404


def sound(house: Rooms) -> None:
    for service in ROOMS:
        assert operate.verify(house.settings, service).sound, service
        assert operate.dead_letters(house.settings, service) == [], service


def test_the_archive_of_ones_data_holds_what_every_room_has_and_is_told_by_mail(
    house: Rooms, camille: tuple[Actor, str], smtp: Mailbox
) -> None:
    who, _ = camille
    filed = house.file(who, f"{uuid4().hex}@courriel.example")
    house.write(filed, "Nous passerons jeudi.")
    email = house.call("accounts.profile", {}, who)["contact"]["email"]

    house.call("documents.ask_archive", {}, who)

    mail = smtp.wait_for(email, seconds=60)[0]
    assert mail.subject == "L’archive de vos données est prête"
    with zipfile.ZipFile(io.BytesIO(get(house.call("documents.open_archive", {}, who)["get_url"]))) as file:
        assert file.testzip() is None
        data, names = json.loads(file.read("mes-donnees.json")), file.namelist()
    [request] = data["requests"]
    assert (request["number"], request["exchanges"][0]["text"]) == (filed["number"], "Nous passerons jeudi.")
    assert [one["path"] in names for document in request["documents"] for one in document["files"]] == [True]
    assert data["space"]["email"] == email
    assert data["family"]
    assert "argon2" not in json.dumps(data)


def test_a_closed_account_ends_everywhere_and_its_request_goes_on(
    house: Rooms, camille: tuple[Actor, str], smtp: Mailbox
) -> None:
    who, password = camille
    address = f"{uuid4().hex}@courriel.example"
    filed = house.file(who, address)
    smtp.wait_for(address)
    draft, file_id = house.draft(who, address)
    picture = house.object_of(file_id)
    house.write(filed, "Nous passerons mardi.")
    smtp.wait_for(address, count=2)
    for service in ("messaging", "documents"):
        house.services.kill(service)

    house.call("accounts.request_closure", {"password": password}, who)
    assert house.count("accounts", "SELECT count(*) AS n FROM accounts WHERE account_id = %s", who.id) == 1
    with house.rows("accounts") as conn:  # the days to return pass, and the hour of the last mail
        conn.execute("UPDATE closures SET state = 'told', next_at = now() WHERE account_id = %s", (who.id,))
    house.services.kill("accounts")
    house.services.start("accounts")
    is_gone = "SELECT 1 - count(*) AS n FROM accounts WHERE account_id = %s"
    until(lambda: bool(house.count("accounts", is_gone, who.id)))

    assert house.count("accounts", "SELECT count(*) AS n FROM accounts WHERE account_id = %s", who.id) == 0
    until(lambda: house.call("requests.draft_for", {"procedure": ROAD}, who)["draft"] is None)
    house.services.start("messaging", "documents")

    until(lambda: gone(picture))
    until(lambda: house.count("documents", "SELECT count(*) AS n FROM doomed_objects") == 0)
    under_draft = "SELECT count(*) AS n FROM documents WHERE request_id = %s"
    assert house.count("documents", under_draft, draft["id"]) == 0
    followed = smtp.wait_for(address, count=3, seconds=60)[2]
    assert followed.subject == f"Votre demande {filed['number']} se suit désormais par ce lien"
    token = followed.text.split("/suivi/")[1].split()[0]
    view = house.tracking(filed["number"], Actor(kind="tracking", id="", tokens=(token,)))
    assert (view["erased"], view["can"]["exchange"]) == (False, True)
    assert view["applicant"]
    with pytest.raises(NotFound):
        house.client.call("requests.tracking", {"number": filed["number"]}, actor=who)
    sound(house)


def test_a_retention_ends_in_every_room_also_in_one_that_was_down(house: Rooms, smtp: Mailbox) -> None:
    visitor = Actor(kind="visitor", id="d" * 64)
    address, neighbour = f"{uuid4().hex}@courriel.example", f"{uuid4().hex}@courriel.example"
    ended, kept = house.file(visitor, address), house.file(visitor, neighbour)
    house.write(ended, "Bonjour Zzmarqueur.")
    house.write(kept, "Bonjour.")
    for told in (ended, kept):
        house.decide(told["number"], "done", text="Réparé, Zzmarqueur.")
    smtp.wait_for(address, count=3)
    request_id = ended["request_id"]
    [(file_id, picture)] = [(file, house.object_of(file)) for file in file_ids(house, request_id)]
    [other] = [house.object_of(file) for file in file_ids(house, kept["request_id"])]
    with house.rows("requests") as conn:  # the years pass
        years = "UPDATE requests SET closed_at = closed_at - interval '20 years' WHERE request_id = %s"
        conn.execute(years, (request_id,))
    for service in ("messaging", "documents"):
        house.services.kill(service)

    list_id = house.call("requests.draw_elimination", {}, ARCHIVIST)["list_id"]
    listed = house.call("requests.elimination", {"list_id": list_id}, ARCHIVIST)["lines"]
    numbers = {line["number"] for line in listed}  # of others too, which another test may have left
    assert ended["number"] in numbers and kept["number"] not in numbers
    house.call("requests.approve_elimination", {"list_id": list_id, "visa": "AD61 2046-3"}, ARCHIVIST)
    until(lambda: house.tracking(ended["number"])["erased"])
    house.services.start("messaging", "documents")

    until(lambda: gone(picture))
    until(
        lambda: house.count("messaging", "SELECT count(*) AS n FROM exchanges WHERE request_id = %s", request_id) == 0
    )
    proofs = "SELECT count(*) AS n FROM notices WHERE request_id = %s AND (proof IS NOT NULL OR state = 'due')"
    assert house.count("messaging", proofs, request_id) == 0
    assert house.count("documents", "SELECT count(*) AS n FROM files WHERE id = %s", file_id) == 0
    for service in ("requests", "documents"):
        assert set(house.readable(service, f"request-{request_id}")) == {False}
    sound(house)
    facts = house.count("requests", "SELECT count(*) AS n FROM events")
    for service in ("requests", "accounts"):  # everything is told again, as after the loss of a broker
        operate.republish(house.settings, service, 1)
    until(lambda: told_all(house, "requests") and told_all(house, "accounts"))
    assert house.count("requests", "SELECT count(*) AS n FROM events") == facts
    assert get(other)
    assert house.tracking(kept["number"])["applicant"]
    sound(house)


def file_ids(house: Rooms, request_id: str) -> list[str]:
    with house.rows("documents") as conn:
        return [str(one.id) for one in files.files_of(conn, owners.request(UUID(request_id)))]


def told_all(house: Rooms, service: str) -> bool:
    behind = (
        "SELECT (SELECT coalesce(max(position), 0) FROM positions) - position AS n FROM marks WHERE name = 'published'"
    )
    return house.count(service, behind) == 0
