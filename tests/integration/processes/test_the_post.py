"""From a request to the mails that are due for it and to what its holder is shown of it, between real processes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Invalid
from tests.integration.chassis.conftest import until
from tests.integration.processes.conftest import AGENT, IMPORTER, Processes, within
from tests.servers.mailbox import Mailbox
from tests.support import published

VISITOR = Actor(kind="visitor", id="f" * 64)
BAR = "debit-boissons-temporaire"
ASSOCIATIONS = published.definition(BAR)["department_details"]


def file_a_request(
    processes: Processes, procedure: str = "signalement-voirie", actor: Actor = VISITOR, **chosen: Any
) -> tuple[dict[str, Any], str]:
    """A request, and the address of its own that its mails go to."""
    address = f"{uuid4().hex}@courriel.example"
    return processes.submit(actor, procedure, address, **chosen), address


def test_a_request_is_acknowledged_and_its_department_mailed(processes: Processes, smtp: Mailbox) -> None:
    # the only one of its department in this folder: a department is mailed of new ones once in a while
    receipt, address = file_a_request(processes, BAR)
    mail = smtp.wait_for(address)[0]
    happened, title = "Votre demande est bien arrivée, accusé de réception", published.definition(BAR)["title"]
    assert mail.subject == f"{happened} : {title}, demande {receipt['number']}"
    assert f"/suivi/{receipt['tracking_token']}" in mail.text
    assert ASSOCIATIONS["name"] in mail.text
    assert receipt["number"] in smtp.wait_for(ASSOCIATIONS["email"])[0].subject


@dataclass
class Shown:
    """The counts of « Mon tableau de bord », and how long after each act they were right."""

    processes: Processes
    holder: Actor
    seconds: list[float] = field(default_factory=list)

    def counts(self) -> tuple[int, int, int]:
        """Latest requests, exchanges to read, appointments."""
        board = self.processes.call("requests.read_dashboard", {}, self.holder)
        return len(board["latest"]), board["to_read"], len(board["appointments"])

    def are(self, *expected: int) -> None:
        """Waits until the counts are these, from the answer of the act on."""
        answered = time.monotonic()
        until(lambda: self.counts() == expected)
        self.seconds.append(time.monotonic() - answered)


def test_the_counts_of_the_dashboard_are_right_within_a_second_of_each_act(
    processes: Processes, record_property: Callable[[str, object], None]
) -> None:
    """At each of its five acts; the slowest of them counts."""
    slots = processes.call("requests.slots", {"agenda": "titres-identite"}, VISITOR)
    while not (free := [slot["start"] for day in slots["days"] for slot in day["slots"] if slot["free"]]):
        slots = processes.call("requests.slots", {"agenda": "titres-identite", "week": slots["next"]}, VISITOR)

    def slowest_of_five() -> float:
        shown = Shown(processes, Actor(kind="citizen", id=str(uuid4())))
        report = file_a_request(processes, actor=shown.holder)[0]["number"]
        shown.are(1, 0, 0)
        grant = processes.tracking(report)["grant"]
        question = {"grant": grant, "text": "De quel côté de la rue ?"}
        processes.call("messaging.add_exchange", question, AGENT)
        shown.are(1, 1, 0)
        grant = processes.tracking(report, shown.holder)["grant"]
        [asked] = processes.call("messaging.exchanges", {"grant": grant}, shown.holder)["items"]
        processes.call("messaging.open_exchange", {"grant": grant, "exchange_id": asked["id"]}, shown.holder)
        shown.are(1, 0, 0)
        visit = file_a_request(processes, "rdv-cni-passeport", actor=shown.holder, slot=free[0])[0]["number"]
        shown.are(2, 0, 1)
        version = processes.tracking(visit, shown.holder)["version"]
        processes.call("requests.cancel", {"number": visit, "version": version}, shown.holder)
        shown.are(1, 0, 0)
        return max(shown.seconds)

    within(1.0, slowest_of_five, record_property, "the counts were right after the slowest of five acts")


def test_a_lost_link_is_sent_again(processes: Processes, smtp: Mailbox) -> None:
    receipt, address = file_a_request(processes)
    smtp.wait_for(address)
    processes.call("requests.send_tracking_link", {"number": receipt["number"], "email": address}, VISITOR)
    assert "/suivi/" in smtp.wait_for(address, count=2)[1].text


def test_the_import_account_may_try_the_mail_server(processes: Processes, smtp: Mailbox) -> None:
    address = f"{uuid4().hex}@courriel.example"
    tried = processes.call("messaging.try_mail", {"recipient": address}, IMPORTER)
    assert tried["reason"] is None
    assert smtp.wait_for(address)[0].subject == "Essai d’envoi du portail"
    smtp.refuse_with = "550 5.7.1 Sender not allowed"
    tried = processes.call("messaging.try_mail", {"recipient": address}, IMPORTER)
    smtp.refuse_with = None
    assert tried["reason"] == "server_deferred"
    with pytest.raises(Invalid) as refused:
        processes.call("messaging.try_mail", {"recipient": "pas une adresse"}, IMPORTER)
    assert "adresse complète" in refused.value.fields["recipient"]
