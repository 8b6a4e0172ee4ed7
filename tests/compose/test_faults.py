"""Two containers of every service, and each service loses one in the middle; then the proxy, the broker and the stores end, of
which there is one. Nothing acknowledged is lost."""

import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import requests

from tests.compose.conftest import say
from tests.compose.deployment import REPLICATED, Deployment
from tests.e2e.partner_clients import Client
from tests.e2e.test_partner import address, partner, partner_at
from tests.support.people import Person, eventually, mails_to, photograph, visitor

__all__ = ["address", "partner", "partner_at"]  # fixtures

PEOPLE = 2
SLUG = "signalement-voirie"
PATIENCE_SECONDS = 120
ALL = (*REPLICATED, "relay")
ALONE = ("rabbitmq", "postgres", "object-store", "proxy")


@dataclass
class Crowd:
    """People who file request after request, each asked again under its key until it is acknowledged.

    `statuses`: of each answer; 0: there was none.
    """

    portal: Deployment
    receipts: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, acknowledged: int) -> "Crowd":
        """Returns once so many are acknowledged."""
        body = visitor(self.portal).prepared(SLUG)
        for _ in range(PEOPLE):
            self._threads.append(threading.Thread(target=self._file, args=(body,), daemon=True))
            self._threads[-1].start()
        self.until(acknowledged)
        return self

    @contextmanager
    def filing(self, acknowledged: int) -> Generator["Crowd"]:
        """In this block, once so many are acknowledged; afterwards nothing is on its way."""
        try:
            yield self.start(acknowledged)
        finally:
            self.stop()

    def _file(self, body: dict[str, object]) -> None:
        while not self._stopping.is_set():
            email = f"{uuid.uuid4().hex[:12]}@courriel.example"
            applicant = {**body["applicant"], "email": email}  # type: ignore[dict-item]
            self._until_acknowledged({**body, "applicant": applicant}, email)

    def _until_acknowledged(self, body: dict[str, object], email: str) -> None:
        key = str(uuid.uuid4())
        headers = {"Idempotency-Key": key}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = None
            with suppress(requests.RequestException):  # whether it was filed is not known: the same key is asked again
                answer = requests.post(f"{self.portal.url}/api/v1/requests", json=body, headers=headers, timeout=30)
            status = 0 if answer is None else answer.status_code
            self.statuses.append(status)
            if answer is not None:
                if status < 300:
                    self.receipts[email] = answer.json()
                    return
                assert status in (429, 502, 503, 504), answer.text
            self._stopping.wait(0.3)

    @property
    def again(self) -> int:
        """How often what was asked had to be asked again."""
        return sum(not 200 <= status < 300 for status in self.statuses)

    def until(self, more: int) -> None:
        """Returns once that many more are acknowledged."""
        wanted = len(self.receipts) + more
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.receipts) < wanted:
            assert time.monotonic() < deadline, f"{len(self.receipts)} acknowledged, {wanted} wanted"
            time.sleep(0.1)

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)


def test_nothing_acknowledged_is_lost_when_every_service_store_and_proxy_is_killed(
    doubled: Deployment,
    agent: Person,
    partner: Callable[[], Client],
) -> None:
    author = visitor(doubled)
    body = author.prepared(SLUG)
    body["draft_id"] = author.do("POST", "/drafts", {"procedure": SLUG, "anew": True})["id"]
    crowd = Crowd(doubled).start(5)
    killed = []
    for name in ALL:
        killed.append(doubled.kill(name))
        crowd.until(3)
    doubled.until_healthy(ALL)
    assert author.upload(body["draft_id"], "photo", "trottoir.jpg", photograph()).status_code == 201
    for name in ALONE:
        killed.append(doubled.kill(name))
        doubled.until_healthy([name])
        crowd.until(5)
    crowd.stop()
    doubled.until_healthy((*ALL, *ALONE))

    receipts = crowd.receipts
    say(f"{len(killed)} containers killed, {len(receipts)} requests acknowledged, {crowd.again} asked again")
    assert len({receipt["number"] for receipt in receipts.values()}) == len(receipts)
    subjects = {agent.request(receipt["number"])["request_id"] for receipt in receipts.values()}
    for email, receipt in receipts.items():
        mails = eventually(lambda email=email: mails_to(doubled, email), f"the receipt of {email}")
        assert {mail["subject"] for mail in mails} == {mails[0]["subject"]}
        assert receipt["number"] in mails[0]["text"]
    heard = partner()
    for subject in subjects:
        eventually(lambda subject=subject: "RequestSubmitted" in heard.kinds(subject), f"{subject} at partners")
    number = author.do("POST", "/requests", body)["number"]
    assert eventually(lambda: the_photo(agent, number), "the photograph that was taken in before the store ended")
    assert "Aucun message en échec" in doubled.must("docker compose run --rm -T tools dead-letters list")
    assert doubled.must("docker compose run --rm -T tools verify").count("tout est intact") == 6
    restarted = [one for one in doubled.containers() if one["Id"] in killed]
    assert len(restarted) == len(killed)
    assert all(one["RestartCount"] == 1 for one in restarted), "Docker started each again by itself"


def all_there(portal: Deployment, agent: Person, receipts: dict[str, dict[str, str]]) -> None:
    """Every acknowledged request is found, and its receipt was sent."""
    for email, receipt in receipts.items():
        assert agent.request(receipt["number"])["number"] == receipt["number"]
        assert eventually(lambda email=email: mails_to(portal, email), f"the receipt of {email}")


def the_photo(agent: Person, number: str) -> bytes:
    """What an agent is given who opens the file of the one piece; nothing while there is none."""
    for piece in agent.get(f"/requests/{number}/documents")["documents"]:
        for file in piece["files"]:
            answer = agent.ask("GET", f"/requests/{number}/files/{file['id']}")
            return answer.content if answer.status_code == 200 else b""
    return b""


def at_work(portal: Deployment) -> dict[str, bool]:
    """Of each relay that is connected to the requests' database, by its address: whether it does more than ask for the lock."""
    asked = (
        "SELECT host(client_addr), query NOT LIKE '%pg_try_advisory_lock%' FROM pg_stat_activity "
        "WHERE datname = 'requests' AND application_name = 'parvis-relay'"
    )
    rows = portal.must(f'docker compose exec -T postgres psql -U parvis -d requests -At -F " " -c "{asked}"')
    return {address: works == "t" for address, works in (line.split() for line in rows.splitlines())}


def test_one_relay_works_a_second_waits_and_takes_over(doubled: Deployment, camille: Person) -> None:
    doubled.must("docker compose up -d --wait --no-recreate --scale relay=2 relay")
    try:
        eventually(lambda: sorted(at_work(doubled).values()) == [False, True], "one that works and one that waits")
        [worked] = [address for address, works in at_work(doubled).items() if works]
        [waited] = [address for address, works in at_work(doubled).items() if not works]

        # Killed as an operator does, so that Docker does not start it by itself: else either of them may be the first to work.
        [first] = [one["Id"] for one in doubled.containers("relay") if doubled.address(one) == worked]
        doubled.must(f"docker kill {first}")
        eventually(lambda: at_work(doubled).get(waited), "the second one works")
        email = f"{uuid.uuid4().hex[:12]}@courriel.example"
        camille.do("POST", "/requests", camille.prepared(SLUG, email=email))
        eventually(lambda: mails_to(doubled, email), "the mail that follows from what was published")

        doubled.must(f"docker start {first}")
        doubled.until_healthy(["relay"])
        eventually(lambda: sorted(at_work(doubled).values()) == [False, True], "the first one waits in its turn")
    finally:
        doubled.must("docker compose up -d --wait --no-recreate relay")
