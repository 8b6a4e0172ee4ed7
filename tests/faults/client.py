"""People who use the portal all at once, and what each of them was answered: the clients' own log.

Every command carries an idempotency key. An answer that leaves its effect unknown (none at all, or 503) is asked for again with
the same key until it is definite, as a careful browser does.
"""

import random
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from urllib3 import BaseHTTPResponse, PoolManager, Retry
from urllib3.exceptions import HTTPError

from gateway.conversation import CORRELATION_HEADER
from tests.faults.deployment import Filed, Held

if TYPE_CHECKING:
    from tests.faults.load import Load

Json = dict[str, Any]

API = "/api/v1"
REPORT, REMOVAL, APPOINTMENT = "signalement-voirie", "enlevement-encombrants", "rdv-cni-passeport"
PAGES = (
    *("/", "/demarches", f"/demarches/{REPORT}", "/actualites", "/activites", "/infos-pratiques", "/votre-avis"),
    *("/suivi", "/connexion", "/creer-mon-espace", "/agent/connexion", "/aide", "/donnees-personnelles"),
    "/recherche?q=voirie",
)
FOLLOWERS_PAGES = (
    *("/demande/{number}", "/demande/{number}?onglet=echanges", "/demande/{number}?onglet=pieces"),
    *("/demande/{number}/liens", "/demande/{number}/annuler"),
)
FILE_PAGES = ("", "?onglet=echanges", "?onglet=pieces", "/affectation", "/imprimer")
AGENTS_PAGES = ("/agent/demandes", "/agent/rendez-vous", "/agent/mon-compte")
CITIZENS_PAGES = ("/mon-accueil", "/mes-demandes", "/mes-demandes?archivees")
WISHES = {
    "page": 28,
    "read": 22,
    "file": 18,
    "exchange": 10,
    "move": 6,
    "work list": 5,
    "attach": 3,
    "decide": 3,
    "cancel": 3,
    "draft": 1,
    "log in": 1,
}
"""What people come for, in a hundred."""
FILING_ALONE = {"file": 1}
SHOWN = frozenset({"read", "work list", "calendar", "page"})
"""What changes nothing: no person may be refused what is theirs to see."""
TIMEOUT_SECONDS = 60.0
NEXT_STATUS = {"submitted": "in_review", "in_review": "scheduled", "scheduled": "in_review"}
UNDONE_AT_ONCE = 0.4  # of the decisions that wait
ONCE = Retry(connect=0, read=0, other=0, status=0, redirect=3, respect_retry_after_header=False)
PAUSE_SECONDS = 0.4
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser(Protocol):
    """Raises urllib3's HTTPError where no answer comes."""

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **sent: Any) -> BaseHTTPResponse: ...


def one_address() -> Browser:
    """The browser of one who knows the portal at one address."""
    return PoolManager(timeout=TIMEOUT_SECONDS, retries=ONCE)


def refused_at_door(answer: BaseHTTPResponse) -> bool:
    """Whether the proxy answered by itself that no gateway is there: each answer of a gateway has the header."""
    return answer.status == HTTPStatus.SERVICE_UNAVAILABLE and CORRELATION_HEADER not in answer.headers


@dataclass(frozen=True)
class Try:
    """One HTTP request: when it began, how long it lasted, its status; None when no answer came."""

    began: float
    seconds: float
    status: int | None


@dataclass
class Deed:
    """One wish of a person, with every try of it and the last answer."""

    kind: str
    tries: list[Try] = field(default_factory=list)
    answer: Json = field(default_factory=dict)
    lost: bool = False
    """What was typed into a form is neither said to be kept nor given back."""
    at_door: bool = False
    """The last answer is the proxy's own, to which no gateway was known that answers."""

    @property
    def status(self) -> int | None:
        return self.tries[-1].status

    @property
    def definite(self) -> bool:
        """Whether its author knows what became of it; a page only shows, and is asked for again when wanted; a form
        that was not taken is given back with what was typed, but by the proxy, which asks people to send it again.

        All clients are one citizen who logs in: one that has to wait does.
        """
        if (self.kind, self.status) == ("log in", 429):
            return False
        shown = self.kind == "page" or (self.kind == "form" and not self.at_door)
        return self.status is not None and (self.status < 500 or shown)

    @property
    def done(self) -> bool:
        return self.status is not None and self.status < 300


class Client(threading.Thread):
    """One person at a browser, who does one thing each `every` seconds until `load` stops.

    A client that waited long for an answer catches up with what was to be done in the last `behind` seconds.
    """

    def __init__(
        self, load: "Load", seed: int, every: float, behind: float, wishes: Mapping[str, int] = WISHES
    ) -> None:
        super().__init__(name=f"client-{seed}", daemon=True)
        self._wishes = wishes
        self.deeds: list[Deed] = []
        self.filed: list[Filed] = []
        self.held: list[Held] = []
        self._load = load
        self._on_the_list: list[str] = []  # numbers, when the work list was seen last
        self._chance = random.Random(seed)
        self._every, self._behind = every, behind
        self._browser = load.browser()
        self._cookie = "__Host-parvis" if load.deployment.url.startswith("https:") else "parvis"
        self._seen = ""  # the page that came last

    def run(self) -> None:
        due = time.monotonic() + self._chance.uniform(0, self._every)
        while not self._load.stopping.wait(max(0.0, due - time.monotonic())):
            self._one_thing()
            due = max(due + self._every, time.monotonic() - self._behind)

    def _one_thing(self) -> None:
        mine = [one for one in self.filed if not one.cancelled]
        match self._chance.choices(list(self._wishes), list(self._wishes.values()))[0]:
            case "page":
                self._page(mine)
            case "log in":
                self._come_in()
            case "draft":
                self._begin(self._chance.choice((REPORT, APPOINTMENT)))
            case "work list":
                deed = self._do(
                    "work list", "GET", f"{API}/agent/requests", headers={"Authorization": self._load.agent}
                )
                self._on_the_list = [item["number"] for item in deed.answer.get("items", ())]
            case "exchange" | "decide" as wish if talks := [one for one in mine if one.procedure != APPOINTMENT]:
                act = {"exchange": self._exchange, "decide": self._decide}[wish]
                act(self._chance.choice(talks))
            case "attach" if mine:
                self._attach(self._chance.choice(mine))
            case "read" if mine:
                self._look(self._chance.choice(mine))
            case "move" if meets := [one for one in mine if one.start]:
                self._move(self._chance.choice(meets))
            case "cancel" if mine:
                self._cancel(self._chance.choice(mine))
            case _:
                self._file()

    def _page(self, mine: list[Filed]) -> None:
        """As anybody sees it, as one who follows a request, or as an agent."""
        match self._chance.choice(("anybody", "follower", "agent")):
            case "follower" if mine:
                one = self._chance.choice(mine)
                self._do("page", "GET", self._chance.choice(FOLLOWERS_PAGES).format(number=one.number), None, one)
            case "agent":
                file = self._chance.choice(FILE_PAGES)
                paths = (*AGENTS_PAGES, *(f"/agent/demandes/{number}{file}" for number in self._on_the_list[:3]))
                cookie = f"{self._cookie}={self._load.agent.removeprefix('Bearer ')}"
                self._do("page", "GET", self._chance.choice(paths), headers={"Cookie": cookie})
            case _:
                self._do("page", "GET", self._chance.choice(PAGES))

    def _come_in(self) -> None:
        """A citizen with an account, up to the page of their own."""
        login = self._load.citizen
        wish = {"username": login["username"], "password": login["password"]}
        session = self._do("log in", "POST", f"{API}/sessions", wish).answer.get("session")
        if session:
            self._do(
                "page", "GET", self._chance.choice(CITIZENS_PAGES), headers={"Cookie": f"{self._cookie}={session}"}
            )

    def _begin(self, procedure: str) -> None:
        """A draft, a step of it typed and seen again; with a photograph, or after a look at the calendar."""
        mine = {"Cookie": self._another_browser()}
        draft = self._do("draft", "POST", f"{API}/drafts", {"procedure": procedure, "anew": True}, headers=mine).answer
        if "id" not in draft:
            return
        path, here = f"{API}/drafts/{draft['id']}", f"/demarches/{procedure}/etape"
        typed = {"data": {"given_names": self._load.words, "email": f"brouillon@{self._load.mail_domain}"}}
        self._do("draft", "PUT", f"{path}/steps/applicant", typed, headers=mine)
        self._do("page", "GET", f"{here}/informations", headers=mine)
        if procedure == APPOINTMENT:
            self._do("calendar", "GET", f"{API}/agendas/titres-identite/slots", headers=mine)
            self._do("page", "GET", f"{here}/rendez-vous", headers=mine)
        else:
            photograph = self._load.photograph
            self._do("draft", "POST", f"{path}/files", {"piece": "photo"}, headers=mine, photograph=photograph)
            self._type(f"{here}/demande", mine)

    def _type(self, form: str, mine: Mapping[str, str]) -> None:
        """A page's form, as a browser without scripts sends it."""
        if not self._do("page", "GET", form, headers=mine).done:
            return
        words = f"{self._load.words} {uuid.uuid4()}"
        typed = {**dict(HIDDEN.findall(self._seen)), "description": words, "action": "plus-tard"}
        deed = self._do("form", "POST", form, typed, headers=mine)
        deed.lost = deed.status != HTTPStatus.SEE_OTHER and words not in self._seen
        if deed.lost:
            deed.answer = {"page": self._seen}

    def _attach(self, one: Filed) -> None:
        """A photograph as any other piece, until the town's limit of files is reached."""
        path = f"{API}/requests/{one.number}/files"
        one.files += self._do("attach", "POST", path, {"piece": "autre"}, one, photograph=self._load.photograph).done

    def _another_browser(self) -> str:
        return f"{self._cookie}-visitor={uuid.uuid4().hex}"

    def _file(self) -> None:
        procedure = self._chance.choices((REPORT, REMOVAL, APPOINTMENT), (70, 10, 20))[0]
        email = self._load.new_address()
        body = self._load.body(procedure, email)
        start = body["slot"] = self._chance.choice(self._load.starts) if procedure == APPOINTMENT else None
        deed = self._do("file", "POST", f"{API}/requests", {k: v for k, v in body.items() if v is not None})
        if deed.done:
            receipt = deed.answer
            self.filed.append(
                Filed(receipt["number"], receipt["request_id"], receipt["tracking_token"], procedure, email, start)
            )

    def _exchange(self, one: Filed) -> None:
        text = {"text": f"{self._load.words} {uuid.uuid4()}"}
        if self._do("exchange", "POST", f"{API}/requests/{one.number}/exchanges", text, one).done:
            one.exchanges += 1

    def _look(self, one: Filed) -> Json:
        return self._do("read", "GET", f"{API}/requests/{one.number}", None, one).answer

    def _move(self, one: Filed) -> None:
        seen = self._look(one)
        booked = [meeting for meeting in seen.get("appointments", ()) if meeting["status"] == "booked"]
        if not booked:
            return
        start = self._chance.choice(self._load.starts)
        path = f"{API}/requests/{one.number}/appointments/{booked[0]['id']}"
        if self._do("move", "PUT", path, {"start": start, "version": seen["version"]}, one).done:
            one.start = start

    def _cancel(self, one: Filed) -> None:
        seen = self._look(one)
        if "version" in seen:
            path = f"{API}/requests/{one.number}/cancellation"
            one.cancelled = self._do("cancel", "POST", path, {"version": seen["version"]}, one).done

    def _decide(self, one: Filed) -> None:
        """As an agent, from one status to the next; the decision waits, and some are undone meanwhile."""
        agent = {"Authorization": self._load.agent}
        seen = self._do("read", "GET", f"{API}/requests/{one.number}", headers=agent).answer
        if "version" not in seen or seen["status"]["slug"] not in NEXT_STATUS:
            return
        to = NEXT_STATUS[seen["status"]["slug"]]
        wish = {"to": to, "version": seen["version"], "hold": True}
        sent = self._do("decide", "POST", f"{API}/agent/requests/{one.number}/status", wish, headers=agent)
        if not sent.done:
            return
        held = Held(sent.answer["held"], one, to, mailed=sent.answer["told"])
        self.held.append(held)
        if self._chance.random() < UNDONE_AT_ONCE:
            path = f"{API}/agent/requests/{one.number}/held-decisions/{held.id}"
            held.undone = self._do("undo", "DELETE", path, headers=agent).done

    def _do(
        self,
        kind: str,
        method: str,
        path: str,
        body: Json | None = None,
        one: Filed | None = None,
        headers: Mapping[str, str] | None = None,
        photograph: bytes | None = None,
    ) -> Deed:
        deed = Deed(kind)
        self.deeds.append(deed)
        # Each wish comes from a browser of its own, for no person may have all of a week's places.
        headers = {
            "Idempotency-Key": str(uuid.uuid4()),
            "Cookie": self._another_browser(),
            **(headers or {}),
        }
        if one is not None:
            headers["Parvis-Tracking"] = one.token
        sent: Json = {} if body is None else {"json": body}
        if kind == "form":
            sent = {"fields": body, "encode_multipart": False, "redirect": False}
        if photograph is not None:
            sent = {"fields": {**(body or {}), "file": ("photo.jpg", photograph)}}
        while True:
            self._try(deed, method, path, sent, headers)
            if deed.definite or time.monotonic() > self._load.patient_until:
                return deed
            time.sleep(PAUSE_SECONDS)

    def _try(self, deed: Deed, method: str, path: str, sent: Json, headers: dict[str, str]) -> None:
        began, status = time.monotonic(), None
        try:
            # A kept connection may end while a request is on its way (RFC 9112, 9.6): on one of its own, a missing answer is a defect.
            once = {**headers, "Connection": "close"}
            answer = self._browser.request(method, self._load.deployment.url + path, headers=once, **sent)
            status = answer.status
            deed.at_door = refused_at_door(answer)
            if deed.kind in ("page", "form"):
                self._seen = answer.data.decode()
            else:
                deed.answer = answer.json()
        except HTTPError:
            status = None
        deed.tries.append(Try(began, time.monotonic() - began, status))
