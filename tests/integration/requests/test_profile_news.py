"""The profile changes: what is filed keeps what it was filed with, what is begun is offered the new values."""

from dataclasses import replace

import pytest

from services.accounts.schemas.people import Profile, Relative
from services.chassis.contracts import from_json
from services.requests.drafts import use_cases as drafts, views as reading
from services.requests.schemas.refusals import DraftNotFound
from tests.integration.requests.conftest import ALIX, CAMILLE, Desk
from tests.integration.requests.test_drafts import PASSPORT, PROFILE, SACHA, filed, opened


def renamed() -> Profile:
    return replace(PROFILE, identity=replace(PROFILE.identity, usage_name="Modèle"))


def test_a_draft_is_offered_the_new_values_and_takes_them_on_request(desk: Desk) -> None:
    draft = opened(desk, PASSPORT, CAMILLE, profile=PROFILE)
    assert draft["from_profile"]
    assert desk.answer(CAMILLE, reading.profile_news, draft["id"], PROFILE) == {"applicant": {}, "member": {}}
    assert desk.answer(CAMILLE, reading.profile_news, draft["id"], renamed())["applicant"] == {"usage_name": "Modèle"}

    desk.do(CAMILLE, drafts.take_profile, draft["id"], renamed())

    kept = desk.answer(CAMILLE, reading.show, draft["id"])
    assert kept["applicant"]["usage_name"] == "Modèle"
    assert desk.answer(CAMILLE, reading.profile_news, draft["id"], renamed())["applicant"] == {}


def test_a_draft_for_a_member_is_offered_what_the_family_says_of_them_now(desk: Desk) -> None:
    draft = opened(desk, PASSPORT, CAMILLE, profile=PROFILE, member=SACHA)
    blank = dict.fromkeys(("full_name", "relation", "relation_label"), "")
    now = replace(PROFILE, family_members=(from_json(Relative, blank | SACHA | {"usage_name": "Modèle"}),))
    assert desk.answer(CAMILLE, reading.profile_news, draft["id"], now)["member"] == {"usage_name": "Modèle"}

    desk.do(CAMILLE, drafts.take_profile, draft["id"], now)

    assert desk.answer(CAMILLE, reading.show, draft["id"])["member"]["usage_name"] == "Modèle"


def test_a_draft_is_its_owners_alone(desk: Desk) -> None:
    draft = opened(desk, PASSPORT, CAMILLE, profile=PROFILE)
    for ask in (reading.profile_news, drafts.take_profile):
        with pytest.raises(DraftNotFound):
            desk.do(ALIX, ask, draft["id"], renamed())


def test_a_filed_request_keeps_the_profile_of_its_filing(desk: Desk) -> None:
    draft_id = opened(desk, "signalement-voirie", CAMILLE, profile=PROFILE)["id"]
    number = filed(desk, draft_id, "signalement-voirie", CAMILLE)["number"]
    before = desk.view(number, CAMILLE)["applicant"]

    with pytest.raises(DraftNotFound):
        desk.do(CAMILLE, drafts.take_profile, draft_id, renamed())
    again = opened(desk, "signalement-voirie", CAMILLE, profile=renamed())

    assert again["applicant"]["usage_name"] == "Modèle"
    assert desk.view(number, CAMILLE)["applicant"] == before
    assert "Modèle" not in str(before)
