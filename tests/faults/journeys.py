"""Journeys that people begin with one release and end with the other.

A user notices nothing: a form that one release showed is taken by the other, a session goes on, a link opens, and a
command that is sent again is answered with what was done the first time.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import requests

from tests.faults.client import APPOINTMENT, HIDDEN, REPORT
from tests.faults.deployment import Deployment, Filed
from tests.faults.load import Load
from tests.servers.look import rows
from tests.support.people import Person, log_in

Json = dict[str, Any]

LINK = re.compile(r"/suivi/(?P<token>[\w.~-]+)")
TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"/prise-en-compte/(?P<number>[^/?#]+)")
ELSEWHERE = {"vers": "redirected", "reason": "Voirie de l’État", "other_administration": "Préfecture de l’Orne"}
CHILD = {"relation": "child", "birth_name": "Exemple", "given_names": "Lou", "parental_authority": "joint"}
POLL, VOTE = "passerelle-nom", {"nom": "toiliers"}
SECONDS = 60


WORDED: Json = {"next_steps": []}


@dataclass
class Sent:
    """A command with its idempotency key, and what it was answered."""

    person: Person
    method: str
    path: str
    options: Json
    key: str
    answer: Json = field(default_factory=dict)

    def send(self) -> Json:
        self.answer = self._answer()
        return self.answer

    def again(self) -> None:
        """The first answer is given again: nothing was done a second time, and nothing is refused. Its sentences are those of the
        release that gives it."""
        answer = self._answer()
        assert answer | WORDED == self.answer | WORDED, f"{self.method} {self.path}: {answer}, first {self.answer}"

    def _answer(self) -> Json:
        answer = self.person.ask(self.method, self.path, key=self.key, **self.options)
        assert answer.status_code < 300, f"{self.method} {self.path}: {answer.text}"
        return answer.json() if answer.content else {}


class Journeys:
    """`journeys = Journeys(load)` begins them; another release takes over; `journeys.end()`."""

    def __init__(self, load: Load) -> None:
        self._load, self._deployment = load, load.deployment
        self._sent: list[Sent] = []
        moved, cancelled = self._file_by_api(APPOINTMENT), self._file_by_api(REPORT)
        self._sent.clear()  # a receipt sent again has the appointment as it is then
        self._move(moved)
        self._cancel(cancelled)
        self._followed = self._file_by_api(REPORT)
        to_decide = self._file_by_api(REPORT)
        self._file_by_api(APPOINTMENT)
        self._write(self._followed)
        self._command(self._agents(), "POST", f"/agent/requests/{to_decide.number}/notes", json={"text": load.words})
        self._command(log_in(self._deployment, "citizen"), "POST", "/profile/family", json=child())
        self._command(Person(self._deployment), "POST", f"/polls/{POLL}/votes", json={"answers": VOTE})
        self._summary = Summary(load, REPORT)
        self._link = token_mailed(self._deployment, self._followed.email)
        token_mailed(self._deployment, to_decide.email)  # nothing comes to it by itself any more
        self._agent = AgentsFile(load, to_decide.number)
        self._citizen = logged_in(self._deployment)

    def end(self) -> None:
        for sent in self._sent:
            sent.again()
        self._link_opens()
        self._load.also_filed.append(self._summary.file())
        self._agent.take_in_charge_and_decide()
        shown(self._citizen, self._deployment, "/mon-accueil")
        shown(self._citizen, self._deployment, "/mes-demandes")

    # --- inside

    def _file_by_api(self, procedure: str) -> Filed:
        person, email = Person(self._deployment), self._load.new_address()
        body = self._load.body(procedure, email)
        if procedure == APPOINTMENT:
            body["slot"] = person.first_free("titres-identite")["start"]
        receipt = self._command(person, "POST", "/requests", json=body)
        filed = Filed(
            receipt["number"], receipt["request_id"], receipt["tracking_token"], procedure, email, body.get("slot")
        )
        self._load.also_filed.append(filed)
        return filed

    def _move(self, filed: Filed) -> None:
        person, seen = self._follower(filed)
        later = next(slot for slot in person.free_slots("titres-identite") if slot["start"] > str(filed.start))
        path = f"/requests/{filed.number}/appointments/{seen['appointments'][0]['id']}"
        self._command(person, "PUT", path, json={"start": later["start"], "version": seen["version"]})
        filed.start = later["start"]

    def _cancel(self, filed: Filed) -> None:
        person, seen = self._follower(filed)
        self._command(person, "POST", f"/requests/{filed.number}/cancellation", json={"version": seen["version"]})
        filed.cancelled = True

    def _write(self, filed: Filed) -> None:
        """A message and a photograph to a request that was filed."""
        person, _ = self._follower(filed)
        text = {"text": f"{self._load.words} {uuid.uuid4()}"}
        self._command(person, "POST", f"/requests/{filed.number}/exchanges", json=text)
        filed.exchanges += 1
        photograph = {"file": ("photo.jpg", self._load.photograph)}
        self._command(person, "POST", f"/requests/{filed.number}/files", data={"piece": "autre"}, files=photograph)
        filed.files += 1

    def _follower(self, filed: Filed) -> tuple[Person, Json]:
        """Who has its tracking link, and the request as it is."""
        person = Person(self._deployment)
        person.session.headers["Parvis-Tracking"] = filed.token
        return person, person.request(filed.number)

    def _agents(self) -> Person:
        person = Person(self._deployment)
        person.session.headers["Authorization"] = self._load.agent
        return person

    def _command(self, person: Person, method: str, path: str, **options: Any) -> Json:
        """What it was answered; it is sent again at the end."""
        self._sent.append(Sent(person, method, path, options, str(uuid.uuid4())))
        return self._sent[-1].send()

    def _link_opens(self) -> None:
        browser = requests.Session()
        answer = browser.get(f"{self._deployment.url}/suivi/{self._link}", timeout=SECONDS)
        assert answer.url == f"{self._deployment.url}/demande/{self._followed.number}", answer.url
        assert answer.status_code == 200, answer.text


class Summary:
    """A request typed step by step with a photograph, its summary before the person's eyes, not sent yet."""

    def __init__(self, load: Load, procedure: str) -> None:
        self._deployment, self._procedure, self._email = load.deployment, procedure, load.new_address()
        person = Person(self._deployment)
        self._browser = person.session
        body = load.body(procedure, self._email)
        draft = person.do("POST", "/drafts", {"procedure": procedure, "anew": True})["id"]
        person.do("PUT", f"/drafts/{draft}/steps/applicant", {"data": body["applicant"]})
        person.do("PUT", f"/drafts/{draft}/steps/request", {"data": body["answers"]})
        assert person.upload(draft, "photo", "photo.jpg", load.photograph).status_code == 201
        self._seen = shown(self._browser, self._deployment, f"/demarches/{procedure}/etape/recapitulatif")

    def file(self) -> Filed:
        """Sends what was shown; the request that was taken, its tracking link as it was mailed."""
        address = f"/demarches/{self._procedure}/etape/recapitulatif"
        answer = post(self._browser, self._deployment, address, self._seen)
        found = NUMBER.search(answer.url)
        assert found, answer.url
        number = found["number"]
        token = token_mailed(self._deployment, self._email)
        [row] = rows(self._deployment.settings, "requests", "SELECT request_id FROM requests WHERE number = %s", number)
        return Filed(number, str(row["request_id"]), token, self._procedure, self._email, files=1)


class AgentsFile:
    """An agent who is logged in and has a file open."""

    def __init__(self, load: Load, number: str) -> None:
        self._deployment, self._file = load.deployment, f"/agent/demandes/{number}"
        self._browser = requests.Session()
        self._browser.cookies.set("parvis", load.agent.removeprefix("Bearer "))
        self._seen = shown(self._browser, self._deployment, self._file)

    def take_in_charge_and_decide(self) -> None:
        post(self._browser, self._deployment, f"{self._file}/prise-en-charge", self._seen)
        decision = shown(self._browser, self._deployment, f"{self._file}/decision?vers=redirected")
        answer = post(self._browser, self._deployment, f"{self._file}/decision", decision, **ELSEWHERE)
        assert answer.url.startswith(f"{self._deployment.url}{self._file}?"), answer.url


def child() -> Json:
    """One whom no journey before has added: of one name, each is born on another day."""
    return {**CHILD, "birth_date": str(date(2010, 1, 1) + timedelta(uuid.uuid4().int % 5000))}


def logged_in(deployment: Deployment) -> requests.Session:
    """The browser of a citizen who came in by the page."""
    login, browser = deployment.login("citizen"), requests.Session()
    typed = {"utilisateur": login["username"], "mot-de-passe": login["password"]}
    answer = post(browser, deployment, "/connexion", shown(browser, deployment, "/connexion"), **typed)
    assert "connexion" not in answer.url, answer.url
    return browser


def shown(browser: requests.Session, deployment: Deployment, path: str) -> str:
    """The page."""
    answer = browser.get(deployment.url + path, timeout=SECONDS)
    assert (answer.status_code, answer.url) == (200, deployment.url + path), (
        f"{path}: {answer.status_code} at {answer.url}"
    )
    return answer.text


def post(browser: requests.Session, deployment: Deployment, path: str, page: str, **typed: str) -> requests.Response:
    """Sends the form of a page that was shown, with what is typed; the page to which that led."""
    answer = browser.post(deployment.url + path, data={**dict(HIDDEN.findall(page)), **typed}, timeout=SECONDS)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {words(answer.text)}"
    return answer


def words(page: str) -> str:
    """What a page says, for who reads a failure."""
    return " ".join(TAG.sub(" ", page.partition("<main")[2]).split())


def token_mailed(deployment: Deployment, email: str) -> str:
    """The secret of the tracking link in the receipt."""
    [mail, *_] = deployment.mailbox.wait_for(email)
    found = LINK.search(mail.text)
    assert found, mail.subject
    return found["token"]
