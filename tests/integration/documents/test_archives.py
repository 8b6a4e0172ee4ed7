"""The archive of one's data: asked for, made in the background, whole or not at all, and gone when its time or its owner is."""

import io
import json
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.accounts.schemas import own_data as of_accounts
from services.accounts.schemas.profile import Address, ChangedPerson, ChangedValue, Identity, Phones, Space, SpaceChange
from services.accounts.schemas.sessions import LogInDone, LogInsRefused, Sessions
from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.errors import NotFound, Unavailable
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.documents.archives import archiving, use_cases as archives, views
from services.documents.archives.rules import APART, KEPT, LEASE, ArchiveTooSoon, NoArchive, NotTheApplicant
from services.documents.files.grants import Grant, of_space
from services.documents.lifetime import use_cases as lifetime
from services.documents.object_store.objects import Objects
from services.documents.samples.rules import sample
from services.documents.schemas import owner as owners
from services.documents.schemas.archives import Archive, AskArchive, OpenArchive, ReadArchive
from services.documents.schemas.storage import BeginStoring
from services.documents.storage import use_cases as storing
from services.messaging.schemas.own_data import OwnExchange, OwnMail, OwnThread
from services.requests.schemas.own_data import HistoryLine, Line, OwnDraft, OwnRequest, Section
from tests.conftest import FIGURES
from tests.integration.documents.conftest import CITIZEN, Desk, by, get, lay, put
from tests.support.clocks import AheadClock

AT = "2026-11-24T09:00:00+00:00"


def request_of(request_id: UUID, number: str) -> OwnRequest:
    return OwnRequest(
        id=request_id,
        number=number,
        procedure="Acte de naissance",
        department="Service Population",
        status="En cours",
        submitted_at=AT,
        archived=False,
        member="",
        applicant=(Section(title="Identité", lines=(Line(label="Prénoms", value="Camille"),)),),
        answers=(Line(label="Motif", value="<script>alert(1)</script>\nligne deux"),),
        history=(HistoryLine(at=AT, title="Demande enregistrée", detail="", who="Vous"),),
        appointments=(),
    )


MOVED = ChangedPerson(
    values=(ChangedValue(name="address", before="3 rue du Port\n14000 Caen", after="4 rue des Lilas"),)
)


def space_of() -> of_accounts.OwnSpace:
    return of_accounts.OwnSpace(
        space=Space(
            username="camille.exemple",
            full_name="Camille Exemple",
            identity=Identity(given_names="Camille", birth_name="Exemple", birth_date="1988-04-02"),
            address=Address(line1="4 rue des Lilas", postcode="14000", city="Caen", country="FR"),
            email="camille@courriel.example",
            phones=Phones(),
            preferred_contact="email",
            mark="0123456789abcdef",
            changes=(SpaceChange(at=AT, what="updated", request_number="2026-CCCC-DDDD", people=(MOVED,)),),
        ),
        family=(),
        sessions=Sessions(
            log_ins=(LogInDone(at=AT, device="Firefox sur Windows"),),
            refused=(LogInsRefused(day="2026-11-20", times=2),),
        ),
    )


@dataclass
class PlayedServices:
    """Answers as accounts, requests and messaging do, by their own declared classes; or refuses."""

    requests: list[OwnRequest] = field(default_factory=list)
    drafts: list[OwnDraft] = field(default_factory=list)
    refusal: Exception | None = None
    asked: list[str] = field(default_factory=list)
    on_threads: Any = None

    def call(self, method: str, body: dict[str, Any], *, actor: Actor, **_: Any) -> Any:
        assert actor.kind == "system"
        self.asked.append(method)
        if self.refusal:
            raise self.refusal
        match method:
            case "accounts.read_own_space":
                return to_json(space_of())
            case "requests.read_own_drafts":
                return {"drafts": [to_json(one) for one in self.drafts]}
            case "requests.read_own_requests":
                if body["request_id"]:
                    return {"requests": [to_json(one) for one in self.requests if str(one.id) == body["request_id"]]}
                page, rest = self.requests[:1], self.requests[1:]  # pages of one, then all that is left
                if body["after"]:
                    page, rest = rest, []
                return {"requests": [to_json(one) for one in page], "next": str(page[-1].id) if rest else ""}
            case "messaging.read_own_mails":
                mail = OwnMail(
                    at=AT, purpose="password_changed", state="sent", recipient="c@d.example", subject="Modifié"
                )
                return {"mails": [to_json(mail)]}
            case "content.read_opened_news":
                return {"titles": ["Inscriptions scolaires"]}
            case _:
                if self.on_threads:
                    self.on_threads()
                said = OwnExchange(at=AT, direction="to_town", author="Camille", text="Bonjour", read_at="")
                return {
                    "threads": [
                        to_json(OwnThread(request_id=UUID(one), exchanges=(said,))) for one in body["request_ids"]
                    ]
                }


@dataclass
class Bureau:
    """A person with a space, and what makes archives."""

    store: Store
    clock: AheadClock
    rpc: PlayedServices
    objects: Objects
    desk: Desk
    holder: Grant

    def ask(self, grant: Grant | None = None) -> Archive:
        with self.store.transaction() as tx:
            return archives.ask(tx, self.store.settings, AskArchive(), grant or self.holder)

    def look(self, grant: Grant | None = None) -> Archive:
        with self.store.transaction() as tx:
            return views.read(tx, self.store.settings, ReadArchive(), grant or self.holder)

    def make(self) -> float | None:
        return archiving.make_due(self.store, self.objects, self.rpc)  # type: ignore[arg-type]

    def made(self, grant: Grant | None = None) -> None:
        """Asked for, and made at once."""
        self.ask(grant)
        self.make()

    def address(self, grant: Grant | None = None) -> str:
        opened = archiving.open_ready(self.store, by(CITIZEN), OpenArchive(), grant or self.holder, self.objects)
        return opened.get_url

    def opened(self, grant: Grant | None = None) -> zipfile.ZipFile:
        content = get(self.address(grant))
        assert len(content) == self.look(grant).size
        return zipfile.ZipFile(io.BytesIO(content))

    def said(self) -> list[str]:
        with self.store.transaction() as tx:
            return [type(one.event).__name__ for one in tx.history(self.holder.owner.stream)]

    def keep(self, label: str, name: str) -> None:
        sent = sample(name)[0]
        new = BeginStoring(document_id=uuid4(), label=label, filename=name, size=len(sent))
        file_id = self.desk.do(storing.begin, new, self.holder).file_id
        put(self.desk.address(self.holder, file_id).put_url, sent)
        assert self.desk.finish(self.holder, file_id).state == "ready"


@pytest.fixture
def bureau(settings: Settings, objects: Objects, desk: Desk) -> Any:
    clock = AheadClock()
    store = Store(settings, "documents", clock=clock)
    rpc = PlayedServices()
    holder = of_space(Actor(kind="citizen", id=str(uuid4())))
    yield Bureau(store, clock, rpc, objects, desk, holder)
    with store.transaction() as tx:
        tx.conn.execute("DELETE FROM archives")
    store.close()


def test_an_archive_has_all_parts_and_files_and_no_mark_of_the_machine(bureau: Bureau) -> None:
    filed, _ = bureau.desk.filed()
    bureau.rpc.requests = [request_of(filed.request_id, "2026-7K4M-93QX"), request_of(uuid4(), "2026-AAAA-BBBB")]
    bureau.keep("Livret / de famille", "livret.pdf")
    assert bureau.ask().state == "asked"

    assert bureau.make() is None

    with bureau.opened() as file:
        assert file.testzip() is None
        names = file.namelist()
        data = json.loads(file.read("mes-donnees.json"))
        page = file.read("mes-donnees.html").decode()
    assert names[:2] == ["mes-donnees.html", "mes-donnees.json"]
    assert "fichiers/espace de stockage/Livret - de famille/livret.pdf" in names
    assert [one["number"] for one in data["requests"]] == ["2026-7K4M-93QX", "2026-AAAA-BBBB"]
    [piece] = data["requests"][0]["documents"]
    assert piece["files"][0]["path"] in names
    assert data["requests"][0]["exchanges"][0]["text"] == "Bonjour"
    assert data["sessions"]["log_ins"][0]["device"] == "Firefox sur Windows"
    assert "object_key" not in str(data)
    assert "0123456789abcdef" not in str(data)
    for words in (
        "2 avril",
        "Firefox sur Windows",
        "Demande enregistrée",
        "Bonjour",
        "Inscriptions scolaires",
        "2026-CCCC-DDDD",
        "3 rue du Port, 14000 Caen",
        "recto.jpg",
        "&lt;script&gt;",
    ):
        assert words in page.replace("\xa0", " ")
    assert "<script" not in page
    assert bureau.rpc.asked.count("messaging.read_own_threads") == 2  # once a page


def test_an_archive_asked_for_twice_is_made_and_announced_once(bureau: Bureau) -> None:
    assert [bureau.ask().state, bureau.ask().state] == ["asked", "asked"]

    bureau.make()
    bureau.make()

    assert (bureau.look().state, bureau.look().kept_days, bureau.said()) == ("ready", 7, ["ArchiveReady"])


def test_a_second_archive_waits_a_day_and_takes_the_place_of_the_first(bureau: Bureau) -> None:
    bureau.made()
    first = bureau.address()

    with pytest.raises(ArchiveTooSoon):
        bureau.ask()
    bureau.clock.ahead += APART
    assert bureau.ask().state == "asked"
    bureau.desk.delete_doomed()
    with pytest.raises(NoArchive):
        bureau.address()
    with pytest.raises(OSError, match="404"):
        get(first)


def test_an_archive_is_gone_after_seven_days(bureau: Bureau) -> None:
    bureau.made()
    address = bureau.address()
    bureau.clock.ahead += KEPT

    assert bureau.look().state == "none"
    with pytest.raises(NoArchive):
        bureau.address()
    with bureau.store.transaction() as tx:
        assert archives.drop_expired(tx) == 1
    bureau.desk.delete_doomed()
    with pytest.raises(OSError, match="404"):
        get(address)


def test_an_archive_is_tried_again_while_a_service_does_not_answer(bureau: Bureau) -> None:
    bureau.rpc.refusal = Unavailable()
    bureau.ask()

    waits = bureau.make()

    assert waits is not None
    assert 10 < waits <= 15
    assert (bureau.look().state, bureau.said()) == ("asked", [])
    bureau.rpc.refusal = None
    bureau.clock.ahead += timedelta(seconds=16)
    bureau.make()
    assert bureau.look().state == "ready"


def test_a_space_closed_meanwhile_leaves_nothing(bureau: Bureau) -> None:
    bureau.rpc.requests = [request_of(uuid4(), "2026-7K4M-93QX")]

    bureau.rpc.on_threads = lambda: bureau.desk.run(lifetime.end_space, bureau.holder.owner.id)

    bureau.made()

    assert (bureau.look().state, bureau.said()) == ("none", [])
    with bureau.store.read() as conn:
        assert conn.execute("SELECT count(*) AS n FROM archives").fetchall() == [{"n": 0}]
        assert conn.execute("SELECT count(*) AS n FROM doomed_objects").fetchall() != [{"n": 0}]
    with pytest.raises(KeyDestroyed):
        bureau.ask()


def test_no_archive_is_made_of_a_deleted_account(bureau: Bureau) -> None:
    bureau.rpc.refusal = NotFound()
    bureau.ask()

    assert bureau.make() is None
    assert bureau.look().state == "none"


def test_an_archive_of_a_killed_process_is_made_anew_by_another(bureau: Bureau) -> None:
    bureau.ask()
    with bureau.store.transaction() as tx:
        killed = archives.take(tx)
    assert killed is not None
    assert bureau.make() is not None  # it may still live
    bureau.clock.ahead += LEASE + timedelta(seconds=1)

    bureau.make()

    assert bureau.look().state == "ready"
    with bureau.store.transaction() as tx:
        assert not archives.finish(tx, killed, 1)
        assert not archives.go_on(tx, killed)
    assert bureau.said() == ["ArchiveReady"]


def test_a_process_that_is_to_stop_leaves_the_archive_to_another_at_once(bureau: Bureau) -> None:
    bureau.rpc.requests = [request_of(uuid4(), "2026-7K4M-93QX")]
    bureau.ask()
    bureau.store.signals.set_all()

    assert bureau.make() == 0

    bureau.store.signals.stopping = False
    bureau.make()
    assert bureau.look().state == "ready"


def test_a_file_that_has_gone_from_the_store_leaves_no_half_archive(bureau: Bureau, objects: Objects) -> None:
    bureau.keep("Livret", "livret.pdf")
    objects.remove(str(file.object_key) for file in bureau.desk.files(bureau.holder.owner))
    bureau.ask()

    assert bureau.make() is not None

    assert (bureau.look().state, bureau.said()) == ("asked", [])


def test_the_applicant_of_a_request_gets_the_archive_of_that_one(bureau: Bureau) -> None:
    mine = uuid4()
    bureau.rpc.requests = [request_of(mine, "2026-7K4M-93QX"), request_of(uuid4(), "2026-AAAA-BBBB")]
    grant = bureau.desk.grant(mine)

    bureau.made(grant)

    with bureau.opened(grant) as file:
        data = json.loads(file.read("mes-donnees.json"))
    assert [one["number"] for one in data["requests"]] == ["2026-7K4M-93QX"]
    assert "space" not in data
    assert bureau.look().state == "none"  # the space has none of it

    bureau.desk.run(lifetime.erase_request, mine)
    assert bureau.look(grant).state == "none"


def test_the_archive_of_a_request_ends_with_the_pieces_of_its_decision(bureau: Bureau) -> None:
    draft, _ = bureau.desk.filed()
    bureau.rpc.requests = [request_of(draft.request_id, "2026-7K4M-93QX")]
    grant = bureau.desk.grant(draft.request_id)
    bureau.made(grant)
    assert bureau.look(grant).state == "ready"

    bureau.desk.run(lifetime.erase_after_decision, draft.request_id)
    assert bureau.look(grant).state == "none"


def test_neither_agents_nor_drafts_have_an_archive(bureau: Bureau) -> None:
    for grant in (bureau.desk.grant(uuid4(), side="town"), bureau.desk.draft()):
        with pytest.raises(NotTheApplicant):
            bureau.ask(grant)


def test_memory_does_not_grow_with_the_files_and_time_stays_under_a_minute(
    bureau: Bureau, objects: Objects, tmp_path: Path, faults: str, record_property: Callable[[str, object], None]
) -> None:
    """A release makes it of 200 requests with 300 files of a megabyte."""
    requests, files = (200, 300) if faults == "release" else (10, 15)
    megabyte, key = tmp_path / "megabyte", uuid4()
    megabyte.write_bytes(os.urandom(1_000_000))
    objects.keep(str(key), megabyte, "application/pdf")
    ids = [uuid4() for _ in range(requests)]
    bureau.rpc.requests = [request_of(one, f"2026-{number:04}-AAAA") for number, one in enumerate(ids)]
    with bureau.store.transaction() as tx:
        for number in range(files):
            lay(tx, owners.request(ids[number % requests]), key=key, size=1_000_000)
    bureau.ask()
    tracemalloc.start()
    begun = time.monotonic()

    bureau.make()

    seconds, (_, peak) = time.monotonic() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    record_property(FIGURES, f"{requests} requests, {files} files: {seconds:.1f} s, {peak / 1e6:.1f} MB")
    assert bureau.look().size > files * 1_000_000
    assert (seconds < 60, peak < 16_000_000) == (True, True), (seconds, peak)
