"""The town's side: what agents see, decide, write and are refused; what time brings about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Unavailable
from services.chassis.event_store.transaction import Transaction
from services.chassis.signing import unsign
from services.requests import other_services, refusals
from services.requests.access import use_cases as acting
from services.requests.access.use_cases import Opened
from services.requests.following import use_cases as following
from services.requests.lifecycle import rows as due, use_cases as timers
from services.requests.refusals import StaleVersion
from services.requests.request import events as e
from services.requests.schemas.decisions import Assign
from services.requests.schemas.journal import ReadAuditTrail
from services.requests.schemas.refusals import RequestNotFound
from services.requests.worklist import use_cases as agents, views as work
from services.townhall import french_dates
from tests.integration.requests.conftest import AGENT, CAMILLE, NOW, Desk
from tests.integration.requests.test_drafts import ROAD, SACHA

ADMIN = replace(
    AGENT,
    id="99999999-9999-4999-8999-999999999999",
    departments=("relation-usagers", "police-municipale", "services-techniques"),
    permissions=("read_requests", "change_status", "read_audit_log", "handle_confidential"),
)
ANOTHER = replace(AGENT, id="88888888-8888-4888-8888-888888888888", name="Cheffe d’équipe")


def journal(desk: Desk, actor: Any, number: str, **asked: Any) -> dict[str, Any]:
    """What the journal has of a request; `before_at` and `before_id` where a page before ended."""
    given = {"number": number, "at_most": 10, **asked}
    return desk.answer(actor, work.audit_trail, ReadAuditTrail(**given))


def test_a_street_problem_is_taken_repaired_and_closed(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    desk.decide(receipt, "scheduled", reply="intervention-programmee", values={"deadline": "2026-12-02"})
    desk.decide(receipt, "done", reply="intervention-faite")
    view = desk.view(receipt["number"], AGENT)
    assert view["status"]["label"] == "Terminée"
    assert view["assignee"] == {"id": AGENT.id, "name": AGENT.name}
    assert [line["title"] for line in view["history"]] == [
        "Statut « Terminée »",
        "Statut « Programmée »",
        "Demande confiée à Agent instructeur polyvalent",
        "Demande prise en charge : statut « En cours d’instruction »",
        "Demande enregistrée",
    ]


def test_a_reply_is_offered_where_the_flow_allows_it_and_sent_without_a_blank(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.do(AGENT, agents.assign, receipt["number"], None, ANOTHER.id, colleague=ANOTHER)
    assert {reply["sets_status"] for reply in desk.view(receipt["number"], AGENT)["replies"]} == {"in_review"}
    with pytest.raises(refusals.ReplyNotOffered):
        desk.decide(receipt, "done", reply="intervention-faite")
    desk.take(receipt)
    shown = desk.see(AGENT, work.reply_preview, receipt["number"], "intervention-programmee", {})
    assert shown.unfilled == ("deadline",)
    assert "Bonjour Ariel Nouveau" in shown.text
    looks = journal(desk, ADMIN, receipt["number"])["views"]
    assert (AGENT.id, "reply_preview") in [(look["agent_id"], look["what"]) for look in looks]
    with pytest.raises(refusals.UnfilledPlaceholder) as refused:
        desk.decide(receipt, "scheduled", reply="intervention-programmee")
    assert refused.value.details == {"unfilled": ["deadline"]}
    assert desk.view(receipt["number"])["status"]["slug"] == "in_review"


def test_a_prepared_reply_says_what_happened_in_the_subject_of_its_mail(desk: Desk) -> None:
    receipt = desk.file("acte-deces")
    desk.decide(receipt, "done", reply="acte-expedie")
    assert desk.details(receipt, e.RequestStatusChanged).values["happened"] == "Votre acte est parti"


def test_who_decides_on_a_request_of_no_agent_takes_it_with_the_decision(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    offered = desk.view(receipt["number"], AGENT)
    assert {"done", "scheduled"} <= {one["to"] for one in offered["transitions"]}
    assert "intervention-faite" in {one["slug"] for one in offered["replies"]}

    desk.decide(receipt, "done", reply="intervention-faite")

    *_, review, taken, done = (one.event for one in desk.history(receipt))
    assert (review.to_status, taken.assignee, done.to_status) == ("in_review", AGENT.id, "done")
    assert desk.view(receipt["number"], AGENT)["assignee"]["id"] == AGENT.id


def test_messaging_reads_the_text_of_the_reply_with_agent_and_reason(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    said = {"reason": "Voirie départementale", "other_administration": "Département"}
    desk.decide(receipt, "redirected", **said, text="Nous avons transmis votre demande.")
    details = desk.details(receipt, e.RequestStatusChanged)
    assert details.reply_text == "Nous avons transmis votre demande."
    assert details.agent == AGENT.name
    assert details.values["reason"] == "Voirie départementale"


def test_a_stale_decision_is_refused_with_what_changed(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.heard(receipt["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_town"))
    with pytest.raises(StaleVersion) as stale:
        desk.do(AGENT, agents.take_in_charge, receipt["number"], 1)
    assert stale.value.details["changes"][0]["title"] == "Message envoyé à la mairie"


def test_the_pieces_that_came_with_a_request_are_no_news(desk: Desk) -> None:
    receipt = desk.file("declaration-prealable-travaux", CAMILLE)
    came = desk.history(receipt)[0].event.manifest[0]
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=came["id"], piece=came["piece"], files=1))
    desk.do(AGENT, agents.take_in_charge, receipt["number"], 1)

    seen = desk.version(receipt)
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece=came["piece"], files=1))
    with pytest.raises(StaleVersion):
        desk.do(AGENT, agents.change_status, receipt["number"], seen, "rejected", None, "Non.")


def test_a_file_that_misses_a_piece_waits_and_goes_on_when_it_comes(desk: Desk) -> None:
    receipt = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.decide(
        receipt,
        "awaiting_documents",
        reply="pieces-manquantes",
        missing_documents=["dp2-plan-masse"],
        deadline=date(2026, 12, 10),
    )
    waiting = desk.view(receipt["number"], CAMILLE)
    assert waiting["missing"] == {
        "documents": [{"slug": "dp2-plan-masse", "label": "DP2 – Plan de masse coté"}],
        "deadline": "2026-12-10",
    }
    assert (waiting["due_on"], waiting["implicit_decision"]) == (None, None)
    desk.clock.moment = datetime(2026, 12, 3, 9, tzinfo=UTC)
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="dp2-plan-masse", files=1))
    back = desk.view(receipt["number"], CAMILLE)
    assert back["status"]["slug"] == "in_review"
    assert back["history"][0]["title"].startswith("Dossier complété")
    assert back["implicit_decision"]["on"] == "2027-01-03"


def test_closed_requests_are_archived_after_thirty_days(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    desk.decide(receipt, "done")
    desk.clock.move(days=29)
    assert timers.archive_closed(desk.store) == 0
    desk.clock.move(days=2)
    assert timers.archive_closed(desk.store) == 1
    assert desk.view(receipt["number"])["archived"]


def test_a_refusal_or_a_defect_in_one_request_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "PAGE", 1)
    refused, broken, *others = sorted(desk.file(ROAD)["request_id"] for _ in range(4))

    def wish(_: Transaction, on: Opened) -> bool:
        if on.id == refused:
            raise RequestNotFound
        if on.id == broken:
            raise ZeroDivisionError
        seen.append(on.id)
        return True

    seen: list[str] = []
    assert timers.each(desk.store, lambda tx, after: due.standing(tx, after, ROAD, "submitted"), wish) == len(seen)
    assert set(others) <= set(seen)


def test_a_watch_ends_after_the_day_of_return_and_is_not_opened_before(desk: Desk) -> None:
    police = replace(AGENT, departments=("police-municipale",))
    receipt = desk.file("tranquillite-vacances", CAMILLE)
    desk.decide(receipt, "active", actor=police, reply="surveillance-active")
    assert timers.end_what_is_over(desk.store) == 0
    with desk.tx() as elsewhere:
        acting.by_id(elsewhere, receipt["request_id"])
        assert timers.end_what_is_over(desk.store) == 0
    assert timers.end_what_is_over(desk.store) == 0
    desk.clock.move(days=280)
    assert timers.end_what_is_over(desk.store) == 1
    assert desk.view(receipt["number"])["status"]["slug"] == "done"


def acknowledged(desk: Desk, receipt: dict[str, Any]) -> dict[str, Any]:
    """What the acknowledgement is given when it leaves now."""
    return desk.details(receipt, e.RequestSubmitted).values


def test_a_late_acknowledgement_says_of_silence_what_a_prompt_one_says(desk: Desk) -> None:
    receipt = desk.file("subvention-association", CAMILLE)
    at_once = acknowledged(desk, receipt)
    assert "à compter du lundi 25\u00a0janvier\u00a02027" in at_once["means_of_appeal"]

    desk.take(receipt)
    asked = {"missing_documents": ["budget-previsionnel"], "deadline": date(2026, 12, 10)}
    desk.decide(receipt, "awaiting_documents", **asked)
    assert desk.view(receipt["number"])["implicit_decision"] is None
    assert acknowledged(desk, receipt)["means_of_appeal"] == at_once["means_of_appeal"]

    desk.clock.moment = datetime(2026, 12, 3, 9, tzinfo=UTC)
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="budget-previsionnel", files=1))
    assert desk.view(receipt["number"])["implicit_decision"]["on"] > "2027-01-25"
    for mention in ("means_of_appeal", "implicit_decision_date"):
        assert acknowledged(desk, receipt)[mention] == at_once[mention]


def test_an_acknowledgement_names_the_day_aimed_at_while_there_is_one(desk: Desk) -> None:
    receipt = desk.file("permis-vegetaliser", CAMILLE)
    aimed = date.fromisoformat(desk.view(receipt["number"])["due_on"])
    assert acknowledged(desk, receipt)["aim"] == french_dates.long_day(aimed)

    desk.do(CAMILLE, following.cancel, receipt["number"], desk.view(receipt["number"])["version"])
    assert "aim" not in acknowledged(desk, receipt)
    silent = desk.file("subvention-association", CAMILLE)
    assert desk.view(silent["number"])["due_on"] > desk.view(silent["number"])["implicit_decision"]["on"]
    assert "aim" not in acknowledged(desk, silent)


def test_a_refused_applicant_reads_how_to_contest_it_on_the_page_and_in_the_mail(desk: Desk) -> None:
    receipt = desk.take(desk.file("permis-vegetaliser", CAMILLE))
    (refusal,) = (one for one in desk.view(receipt["number"], AGENT)["transitions"] if one["to"] == "rejected")
    assert desk.view(receipt["number"], CAMILLE)["appeal"] is None
    assert desk.view(receipt["number"], AGENT)["open"]

    desk.decide(receipt, "rejected", reason="Des réseaux passent sous l’emplacement.")

    said = desk.view(receipt["number"], CAMILLE)["appeal"]
    assert "Tribunal administratif de Caen" in said
    assert refusal["appeal"] == said
    assert not desk.view(receipt["number"], AGENT)["open"]
    assert desk.view(receipt["number"], CAMILLE)["refused_because"] == "Des réseaux passent sous l’emplacement."
    assert desk.details(receipt, e.RequestStatusChanged).values["appeal"] == said


def test_a_prepared_reply_that_refuses_is_read_before_how_to_contest(desk: Desk) -> None:
    receipt = desk.take(desk.file("changement-telephones", CAMILLE))

    desk.decide(receipt, "rejected", reply="numero-invalide")

    assert "n’est pas attribué" in desk.view(receipt["number"], CAMILLE)["refused_because"]


def test_the_tracking_link_is_shown_again_to_its_holder_alone(desk: Desk) -> None:
    receipt = desk.file(ROAD)

    assert desk.view(receipt["number"], desk.holder(receipt))["tracking_url"].endswith(
        f"/suivi/{receipt['tracking_token']}"
    )
    assert desk.view(receipt["number"], AGENT)["tracking_url"] is None


def test_every_look_at_a_file_is_recorded_and_can_be_read(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.view(receipt["number"], AGENT)
    desk.view(receipt["number"], desk.holder(receipt))
    trail = journal(desk, ADMIN, receipt["number"])
    assert [(view["agent_id"], view["what"]) for view in trail["views"]] == [
        (ADMIN.id, "audit_trail"),
        (AGENT.id, "tracking"),
    ]
    (last,) = journal(desk, ADMIN, receipt["number"], at_most=1)["views"]
    assert last["what"] == "audit_trail"
    with pytest.raises(refusals.NotAllowed):
        journal(desk, AGENT, receipt["number"])


def test_the_journal_goes_on_where_a_page_ended_whatever_was_looked_at_meanwhile(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    for _ in range(4):
        desk.view(receipt["number"], AGENT)
    read: list[int] = []
    place: dict[str, Any] = {}
    for _ in range(3):
        looks = journal(desk, ADMIN, receipt["number"], at_most=2, **place)["views"]
        read += [look["id"] for look in looks]
        place = {"before_at": datetime.fromisoformat(looks[-1]["at"]), "before_id": looks[-1]["id"]}

    assert len(read) == 5  # its own first reading among them; those of the two next pages are newer
    assert read == sorted(set(read), reverse=True)


def test_the_journal_is_read_across_departments_and_the_file_is_not(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.view(receipt["number"], AGENT)
    elsewhere = replace(ADMIN, departments=("relation-usagers", "police-municipale"))

    trail = journal(desk, elsewhere, receipt["number"].lower().replace("-", " "))

    assert [view["what"] for view in trail["views"]] == ["audit_trail", "tracking"]
    assert unsign(desk.settings, "grant", trail["grant"], 600)["rights"] == ["audit"]
    assert set(trail) == {"number", "views", "grant"}
    with pytest.raises(RequestNotFound):
        desk.view(receipt["number"], elsewhere)
    with pytest.raises(RequestNotFound):
        journal(desk, elsewhere, "2026-0000-0000")


def test_a_citizen_never_reads_a_note(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.do(AGENT, agents.add_note, receipt["number"], "Vu avec la personne.")
    assert desk.view(receipt["number"], AGENT)["notes"][0]["text"] == "Vu avec la personne."
    assert "Vu avec" not in str(desk.view(receipt["number"], desk.holder(receipt)))


COLLEAGUE: dict[str, Any] = {
    "id": "44444444-4444-4444-8444-444444444444",
    "name": "Chef d’équipe",
    "username": "chef.voirie",
    "departments": ["services-techniques"],
}
CHIEF = Actor(
    kind="agent",
    id=COLLEAGUE["id"],
    name=COLLEAGUE["name"],
    departments=("services-techniques",),
    permissions=("read_requests",),
)


def hand_over(desk: Desk, receipt: dict[str, Any], assignee: str | None, colleague: Actor | None) -> Any:
    asked = Assign(number=receipt["number"], version=desk.version(receipt), assignee=assignee)
    return desk.do(AGENT, agents.assign, asked, colleague)


def test_a_request_is_handed_over_under_the_name_of_a_colleague_who_may_see_it(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    hand_over(desk, receipt, CHIEF.id, CHIEF)
    assert desk.view(receipt["number"], AGENT)["assignee"] == {"id": COLLEAGUE["id"], "name": "Chef d’équipe"}
    hand_over(desk, receipt, None, None)
    assert desk.view(receipt["number"], AGENT)["assignee"] is None
    with pytest.raises(refusals.ColleagueUnknown):
        hand_over(desk, receipt, CHIEF.id, replace(CHIEF, departments=("population",)))


OWN_PROFILE: dict[str, Any] = {
    "account_id": CAMILLE.id, "username": "camille.exemple", "full_name": "Camille Exemple", "identity": {}, "address": {},
    "contact": {}, "preferred_contact": "email",
    "family_members": [{**SACHA, "full_name": "Sacha Exemple", "relation": "child", "relation_label": "Enfant"}],
}  # fmt: skip


class Accounts:
    """What accounts answers, in place of the broker, until it is away; and by which call each was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.away = False

    def call(self, method: str, body: dict[str, Any], *, actor: Actor, correlation_id: str | None) -> dict[str, Any]:
        self.asked.append((method, correlation_id))
        if self.away:
            raise Unavailable
        return {"agents": [COLLEAGUE], "ids": {}, **OWN_PROFILE}


def test_each_call_to_accounts_bears_the_id_of_the_call_that_caused_it() -> None:
    accounts: Any = Accounts()
    by_agent = Call(method="assign", actor=AGENT, body={}, correlation_id="c-1")
    by_citizen = Call(method="open_draft", actor=CAMILLE, body={}, correlation_id="c-2")

    other_services.colleague(accounts, by_agent, COLLEAGUE["id"])
    other_services.profile_of(accounts, by_citizen)
    other_services.member_of(accounts, by_citizen, SACHA["id"], now=NOW)
    other_services.account_ids(accounts, by_citizen, [])

    assert accounts.asked == [
        ("accounts.colleagues", "c-1"),
        ("accounts.profile", "c-2"),
        ("accounts.profile", "c-2"),
        ("accounts.account_ids", "c-2"),
    ]


def test_the_name_of_a_colleague_is_looked_up_and_an_unknown_one_refused() -> None:
    accounts: Any = Accounts()
    asking = Call(method="assign", actor=AGENT, body={})
    assert other_services.colleague(accounts, asking, COLLEAGUE["id"]) == CHIEF
    assert other_services.colleague(accounts, asking, AGENT.id) is None
    with pytest.raises(refusals.ColleagueUnknown) as refused:
        other_services.colleague(accounts, asking, str(uuid4()))
    assert "assignee" in refused.value.fields


def test_an_agent_who_may_only_read_adds_neither_pieces_nor_words(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    reader = replace(AGENT, permissions=("read_requests",))
    view = desk.view(receipt["number"], reader)
    assert not view["can"]["add_documents"]
    assert unsign(desk.settings, "grant", view["grant"], 600)["rights"] == ["read"]
    assert desk.view(receipt["number"], AGENT)["can"]["add_documents"]
