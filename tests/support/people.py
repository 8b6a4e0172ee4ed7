"""People as the API sees them: a visitor, a citizen, an agent, each with a session of their own."""

import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pikepdf
import pyotp
import requests
from PIL import Image

from tests.servers.portal import Portal
from tests.support.filled import asked_documents, today, valid_answers, valid_applicant

Json = dict[str, Any]
T = TypeVar("T")

NOBODYS = "ariel.nouveau@courriel.example"
PATIENCE_SECONDS = 60
CODE_SECONDS = 30
MOVABLE_AHEAD = timedelta(days=2)  # more than any agenda of the demo town asks
ORIENTATION, HELD_UPRIGHT = 0x0112, 6
_used: dict[str, int] = {}  # of each secret, the latest half minute whose code was used


def eventually(look: Callable[[], T | None], what: str, *, seconds: float = PATIENCE_SECONDS, pause: float = 0.1) -> T:
    """What `look` finds, asked again after each `pause` until it does; fails after so many seconds with what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(pause)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def may_be_moved(start: str) -> bool:
    """Whether an appointment that begins then is far enough to be moved by who has it, whatever the hour of the day."""
    return datetime.fromisoformat(start) > datetime.now(UTC) + MOVABLE_AHEAD


def photograph(comment: str = "") -> bytes:
    """A small JPEG, which may carry words."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(out, "JPEG", comment=comment.encode())
    return out.getvalue()


def phones_photograph(folder: Path) -> Path:
    """Twelve million points full of detail, as a telephone held upright writes them: on their side, with a word saying so.

    A file: a browser that is driven reads one at once, and takes seconds for as many bytes through the driver.
    """
    sensor = Image.effect_noise((4000, 3000), 90).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = HELD_UPRIGHT
    out = folder / "IMG_0042.jpg"
    sensor.save(out, "JPEG", quality=80, exif=exif)
    return out


def one_page() -> bytes:
    """A PDF of one page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


class Hall(Protocol):
    """A portal that is up, as people know it, however its processes were started."""

    @property
    def url(self) -> str: ...

    def login(self, role: str, username: str | None = None) -> Json: ...


@dataclass
class Person:
    """A user of the API. Every command carries an idempotency key of its own."""

    portal: Hall
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, *, key: str | None = None, **options: Any) -> requests.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), **options.pop("headers", {})}
        answer = self.session.request(method, f"{self.portal.url}/api/v1{path}", headers=headers, timeout=30, **options)
        assert answer.status_code != 500, answer.text
        return answer

    def get(self, path: str, **options: Any) -> Json:
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def do(self, method: str, path: str, body: Json | None = None, **options: Any) -> Json:
        answer = self.ask(method, path, json=body or {}, **options)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else {}

    def refused(self, method: str, path: str, body: Json | None = None, **options: Any) -> Json:
        """The problem details of a request that must be refused."""
        answer = self.ask(method, path, json=body, **options) if body is not None else self.ask(method, path, **options)
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.json()

    # --- filing

    def definition(self, slug: str) -> Json:
        return self.get(f"/procedures/{slug}")["definition"]

    def upload(self, draft: str, piece: str, name: str, content: bytes) -> requests.Response:
        return self.ask("POST", f"/drafts/{draft}/files", data={"piece": piece}, files={"file": (name, content)})

    def free_slots(self, agenda: str) -> Iterator[Json]:
        """The slots that are free, in their order, as far as the agenda goes."""
        week = self.get(f"/agendas/{agenda}/slots")
        while True:
            yield from (slot for day in week["days"] for slot in day["slots"] if slot["free"] > 0)
            if not week["next"]:
                return
            week = self.get(f"/agendas/{agenda}/slots", params={"week": week["next"]})

    def first_free(self, agenda: str) -> Json:
        """The first that is far enough for its appointment to be moved, whatever the hour of the day."""
        return next(slot for slot in self.free_slots(agenda) if may_be_moved(slot["start"]))

    def places_at(self, agenda: str, start: str) -> int:
        """How many places the slot that begins then has left, as this person sees it."""
        week = self.get(f"/agendas/{agenda}/slots", params={"week": start[:10]})
        return next(slot["free"] for day in week["days"] for slot in day["slots"] if slot["start"] == start)

    def prepared(self, slug: str, email: str = NOBODYS) -> Json:
        """A body for POST /requests that the procedure accepts, its files handed in and its slot chosen."""
        definition = self.definition(slug)
        body: Json = {
            "procedure": slug,
            "applicant": valid_applicant(definition, email),
            "answers": valid_answers(definition, today()),
        }
        if definition["about"] == "member":
            body["member"] = self.get("/profile")["family_members"][0]["id"]
        pieces = [piece for piece in asked_documents(definition, body["answers"]) if piece.required]
        if pieces:
            member = {"member": body["member"]} if "member" in body else {}
            body["draft_id"] = self.do("POST", "/drafts", {"procedure": slug, "anew": True, **member})["id"]
        for piece in pieces:
            name, content = ("piece.pdf", one_page()) if "pdf" in piece.formats else ("piece.jpg", photograph())
            answer = self.upload(body["draft_id"], piece.slug, name, content)
            assert answer.status_code < 300, answer.text
        if definition["appointment"]["mode"] == "required":
            body["slot"] = self.first_free(definition["appointment"]["agenda"])["start"]
        return body

    def file(self, slug: str, **options: Any) -> Json:
        """Files the shortest request of the procedure; returns the receipt and remembers its tracking link, if any."""
        receipt = self.do("POST", "/requests", self.prepared(slug, **options))
        if receipt["tracking_token"]:
            self.session.headers["Parvis-Tracking"] = receipt["tracking_token"]
        return receipt

    def file_with_photograph(self, slug: str, photo: bytes, *, email: str = NOBODYS, **answers: Any) -> Json:
        """The same with `pave.jpg`, which is not asked for, and these answers; returns the receipt."""
        body = self.prepared(slug, email)
        draft = self.do("POST", "/drafts", {"procedure": slug, "anew": True})["id"]
        handed = self.upload(draft, "photo", "pave.jpg", photo)
        assert handed.status_code == 201, handed.text
        return self.do("POST", "/requests", body | {"draft_id": draft, "answers": body["answers"] | answers})

    def request(self, number: str) -> Json:
        return self.get(f"/requests/{number}")


def visitor(portal: Hall) -> Person:
    return Person(portal)


def log_in(portal: Hall, role: str, username: str | None = None) -> Person:
    """Somebody of the demo town, logged in."""
    return logged_in(portal, portal.login(role, username))


def logged_in(portal: Hall, login: Json) -> Person:
    """The holder of that login, in one more session; agents with their one-time code."""
    person = Person(portal)
    opened = person.do("POST", "/sessions", {"username": login["username"], "password": login["password"]})
    if "challenge" in opened:
        opened = eventually(lambda: _second_factor(person, opened["challenge"], login), "a fresh one-time code")
    person.session.headers["Authorization"] = f"Bearer {opened['session']}"
    return person


def _second_factor(person: Person, challenge: str, login: Json) -> Json | None:
    answer = person.ask("POST", "/sessions/second-factor", json={"challenge": challenge, "code": fresh_code(login)})
    return answer.json() if answer.status_code < 300 else None


def fresh_code(login: Json) -> str:
    """A one-time code that was not used here: each serves once, and so does none before it. The next one is good already."""
    secret = login["totp_secret"]
    step = max(int(time.time()) // CODE_SECONDS, _used.get(secret, 0) + 1)
    while int(time.time()) // CODE_SECONDS + 1 < step:
        time.sleep(0.2)
    _used[secret] = step
    return pyotp.TOTP(secret).at(step * CODE_SECONDS)


def mails_to(portal: Portal, address: str) -> list[Json]:
    """What the demonstration's mail server kept for this address, newest first."""
    return requests.get(f"{portal.mail}/api/mails", params={"to": address}, timeout=10).json()
