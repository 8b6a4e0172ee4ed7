"""At the counter: an agent files for a person who may have no e-mail address, and reads what is then written on paper."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.access import rows as journal
from services.requests.following import use_cases as following
from services.requests.forms import applicant
from services.requests.notices.views import letter_grant, recipients
from services.requests.schemas.refusals import IdentityNotChecked, MemberNotDescribed, RequestNotFound
from services.townhall import grants
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_drafts import ROAD, opened, save
from tests.support import published
from tests.support.filled import ADDRESS, valid_applicant

BULKY = "enlevement-encombrants"
ELSEWHERE = replace(AGENT, id="55555555-5555-4555-8555-555555555555", departments=("urbanisme",))


def without_email(slug: str, **changes: Any) -> dict[str, Any]:
    who = valid_applicant(published.definition(slug)) | {"address": dict(ADDRESS)} | changes
    del who["email"]
    return who


def at_counter(desk: Desk, slug: str = ROAD, agent: Actor = AGENT, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"applicant": without_email(slug), "channel": "counter"}
    return desk.file(slug, agent, **given | changes)


def rights(desk: Desk, number: str, actor: Actor = AGENT) -> list[str]:
    token = desk.see(actor, letter_grant, number).grant
    return list(grants.read(desk.settings, token, actor).rights)


def looks(desk: Desk, request_id: str) -> list[str]:
    return [look.what for look in desk.run(journal.of_request, request_id, 10)]


@pytest.mark.parametrize("slug", [ROAD, BULKY], ids=["contact", "full"])
def test_a_person_without_email_address_is_filed_for(desk: Desk, slug: str) -> None:
    receipt = at_counter(desk, slug)

    assert receipt["email_sent_to_hint"] == ""
    view = desk.view(receipt["number"], AGENT)
    assert view["by_post"] is desk.view(receipt["number"], desk.holder(receipt))["by_post"] is True
    assert view["channel"] == "counter"


def test_an_address_of_e_mail_is_asked_for_but_at_the_counter(desk: Desk) -> None:
    for channel, actor in (("portal", VISITOR), ("api", CAMILLE)):
        with pytest.raises(refusals.FormIncomplete) as refused:
            desk.file(ROAD, actor, applicant=without_email(ROAD), channel=channel)
        assert refused.value.fields == {"applicant.email": "Indiquez votre courriel."}
    for actor, wrong in ((AGENT, False), (VISITOR, True)):
        draft = save(desk, opened(desk, ROAD, actor)["id"], "applicant", without_email(ROAD), actor)
        assert ("applicant" in draft["unready"]) is wrong


def test_many_persons_without_email_address_are_not_taken_for_one(desk: Desk) -> None:
    for _ in range(5):
        assert at_counter(desk, BULKY)["number"]


def test_messaging_reads_the_postal_address_of_a_person_without_email_address(desk: Desk) -> None:
    receipt = at_counter(desk)
    said = desk.mail_details(receipt)

    assert (said.email, said.address) == (None, ("7 rue du Pont-Neuf", "61990 Saint-Aubin-sur-Orne"))
    assert said.tracking_token


def test_no_address_gets_the_link_of_a_person_without_one(desk: Desk) -> None:
    receipt = at_counter(desk)
    for email in ("", " ", "ariel.nouveau@courriel.example"):
        desk.do(VISITOR, following.send_tracking_link, receipt["number"], email)

    assert "TrackingLinkRequested" not in desk.events(f"request-{receipt['request_id']}")


def test_agents_open_the_letters_that_their_rights_allow_and_each_look_is_recorded(desk: Desk) -> None:
    receipt = at_counter(desk)

    assert rights(desk, receipt["number"]) == ["read", "letters"]
    assert looks(desk, receipt["request_id"]) == ["letter"]
    reader = replace(AGENT, permissions=("read_requests",))
    assert rights(desk, receipt["number"], reader) == ["read", "receipt"]
    elsewhere = at_counter(desk, agent=ELSEWHERE)
    assert rights(desk, elsewhere["number"], ELSEWHERE) == ["receipt"]
    assert looks(desk, elsewhere["request_id"]) == ["letter"]


@pytest.mark.parametrize("actor", [VISITOR, CAMILLE, ELSEWHERE], ids=["visitor", "citizen", "elsewhere"])
def test_others_cannot_open_a_letter(desk: Desk, actor: Actor) -> None:
    receipt = at_counter(desk)

    with pytest.raises(RequestNotFound):
        desk.see(actor, letter_grant, receipt["number"])
    assert looks(desk, receipt["request_id"]) == []


def test_no_tracking_link_is_shown_of_a_person_who_is_written_to_by_email(desk: Desk) -> None:
    receipt = desk.file(ROAD, AGENT, channel="counter")

    with pytest.raises(refusals.NothingOnPaper):
        desk.see(AGENT, letter_grant, receipt["number"])
    assert desk.view(receipt["number"], AGENT)["by_post"] is False


def test_letters_and_phone_number_of_a_person_to_call_are_shown(desk: Desk) -> None:
    who = valid_applicant(published.definition(BULKY)) | {"preferred_contact": "phone", "phone": "06 39 98 10 09"}
    receipt = desk.file(BULKY, CAMILLE, applicant=who)

    assert rights(desk, receipt["number"]) == ["read", "letters"]
    [line] = desk.answer(AGENT, recipients, [receipt["number"]])["items"]
    assert line["phone"] == "06 39 98 10 09"
    assert "06 39 98 10 09" in desk.view(receipt["number"], CAMILLE)["reached"]
    assert desk.view(receipt["number"], AGENT)["reached"] is None


def test_once_in_an_account_mails_are_sent_and_earlier_letters_still_open(desk: Desk) -> None:
    receipt = at_counter(desk)
    desk.do(desk.holder(receipt, "citizen", CAMILLE.id), following.attach, receipt["number"])

    assert desk.view(receipt["number"], AGENT)["by_post"] is False
    assert rights(desk, receipt["number"]) == ["read", "letters"]


def test_an_agent_reads_the_recipients_of_their_own_departments_alone(desk: Desk) -> None:
    numbers = [at_counter(desk)["number"], at_counter(desk, BULKY)["number"]]
    found = desk.answer(AGENT, recipients, [*numbers, "2026-AAAA-BBBB"])["items"]

    assert [one["number"] for one in found] == numbers
    assert found[0]["name"] == "Ariel Nouveau"
    assert found[0]["lines"] == ["7 rue du Pont-Neuf", "61990 Saint-Aubin-sur-Orne"]
    assert desk.answer(ELSEWHERE, recipients, numbers)["items"] == []
    with pytest.raises(refusals.NotAllowed):
        desk.see(VISITOR, recipients, numbers)


ACCOUNT_ONLY = "demande-composteur"
CHECKED = "checked_at_counter"


def test_an_agent_alone_files_for_account_holders_once_identity_is_checked(desk: Desk) -> None:
    assert published.definition(ACCOUNT_ONLY)["access"] == "account"
    with pytest.raises(IdentityNotChecked) as refused:
        at_counter(desk, ACCOUNT_ONLY)
    assert list(refused.value.fields) == ["identity"]

    number = at_counter(desk, ACCOUNT_ONLY, identity=CHECKED)["number"]
    view = desk.view(number, AGENT)
    assert view["identity"] == CHECKED
    assert view["history"][0]["detail"] == "Saisie au guichet par un agent. Identité vérifiée."
    for slug, actor in ((ROAD, VISITOR), (ACCOUNT_ONLY, CAMILLE)):
        with pytest.raises(refusals.NotAllowed):
            desk.file(slug, actor, identity=CHECKED)


def test_a_check_of_identity_is_in_the_event_with_the_agent_who_did_it(desk: Desk) -> None:
    receipt = at_counter(desk, ACCOUNT_ONLY, identity=CHECKED)
    filed = desk.history(receipt)[0].event
    public = desk.rows("SELECT public FROM events WHERE type = 'RequestSubmitted'")
    assert (filed.identity, filed.agent) == (CHECKED, AGENT.name)
    assert AGENT.name not in str(public)
    assert desk.view(receipt["number"], AGENT)["history"][0]["who"].startswith(AGENT.name)


def test_a_member_described_by_an_agent_has_valid_names_and_day_of_birth() -> None:
    today = date(2026, 11, 25)
    lou = {"given_names": "Lou", "birth_name": "Exemple", "birth_date": "2020-03-01", "relation": "child", "x": "y"}
    assert applicant.described_member(lou, today=today) == {k: v for k, v in lou.items() if k != "x"}
    for wrong, named in (
        ({}, {"member.given_names", "member.birth_name"}),
        ({**lou, "birth_date": "2027-01-01"}, {"member.birth_date"}),
        ({**lou, "birth_name": "12"}, {"member.birth_name"}),
    ):
        with pytest.raises(MemberNotDescribed) as refused:
            applicant.described_member(wrong, today=today)
        assert set(refused.value.fields) == named
