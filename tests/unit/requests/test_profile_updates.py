"""What a granted request changes in a profile: when, of whom, from which day, and what the form proposes."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.drafts import rules as draft
from services.requests.request import events as e, profile_updates
from services.requests.request.state import Filed, Request
from tests.support.filled import FILED, known_profile
from tests.unit.requests.test_answers import PROCEDURES

ADDRESS, PHONES, EMAILS = (PROCEDURES[f"changement-{of}"] for of in ("adresse-postale", "telephones", "courriels"))
TODAY = date(2026, 11, 28)
NEW = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
MOVING = {"nouvelle_adresse": NEW, "date_effet": "2026-12-08"}
DESCRIBED = {"given_names": "Andrée", "birth_name": "Témoin"}
ANDREE = {"id": "m1", "given_names": "Andrée", "contact": {"home_phone": "02 61 91 20 32"}}


def filed(answers: dict[str, Any], **about: Any) -> Request:
    return Filed(**FILED | {"owner": "a1", "answers": answers} | about)


def decided(definition: Procedure, request: Request, to: str = "accepted") -> Any:
    [fact] = profile_updates.decided(definition, request, to, today=TODAY) or [None]
    return fact


def test_a_move_counts_from_the_day_asked_for_or_from_today_when_that_is_over() -> None:
    fact = decided(ADDRESS, filed(MOVING))
    assert (fact.account_id, fact.target, fact.names) == ("a1", "holder", ["address"])
    assert fact.effective_on == date(2026, 12, 8)
    assert decided(ADDRESS, filed(MOVING | {"date_effet": "2026-11-01"})).effective_on == TODAY
    assert decided(PHONES, filed({"mobile": "06 39 98 10 09"})).effective_on == TODAY


@pytest.mark.parametrize("definition", [ADDRESS, PHONES, EMAILS], ids=lambda one: one.slug)
def test_the_status_says_accepted_and_leaves_done_to_the_history(
    definition: Procedure,
) -> None:
    status = definition.updates_profile.when
    said = definition.status_meanings[status]
    assert (status, "est accepté" in said, "l’onglet Historique" in said.replace("L’", "l’")) == (
        "accepted",
        True,
        True,
    )


def test_a_change_applies_to_the_chosen_member_or_to_the_household() -> None:
    fact = decided(PHONES, filed({"fixe": "02 61 91 20 33"}, member=ANDREE))
    assert (fact.target, fact.member_id) == ("member", "m1")
    whole = decided(ADDRESS, filed(MOVING | {"tout_le_foyer": True}, member=ANDREE))
    assert (whole.target, whole.member_id) == ("household", None)


def test_a_change_is_announced_at_the_filing_but_for_a_sample() -> None:
    [fact] = profile_updates.asked(ADDRESS, filed(MOVING), today=TODAY)
    assert vars(fact) == vars(decided(ADDRESS, filed(MOVING)))
    assert profile_updates.asked(ADDRESS, filed(MOVING, imported=True), today=TODAY) == []
    assert profile_updates.asked(PROCEDURES["signalement-voirie"], filed({}), today=TODAY) == []


@pytest.mark.parametrize("to", ["in_review", "rejected", "cancelled"])
def test_no_other_status_changes_a_profile(to: str) -> None:
    assert decided(ADDRESS, filed(MOVING), to) is None


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"owner": None}, "no_space"),
        ({"owner": None, "member": DESCRIBED}, "no_space"),
        ({"member": DESCRIBED}, "member_not_in_space"),
        ({"member": DESCRIBED, "answers": MOVING | {"tout_le_foyer": True}}, "member_not_in_space"),
    ],
    ids=["in no space", "described, in no space", "described, in a space", "described, with the household"],
)
def test_a_person_unknown_in_the_space_is_not_changed_and_the_decision_says_so(asked: Any, reason: str) -> None:
    request = replace(filed(MOVING), **asked)
    assert decided(ADDRESS, request) == e.ProfileUpdateNotApplied(reason=reason)
    assert profile_updates.not_applicable(ADDRESS, request) == reason
    assert profile_updates.asked(ADDRESS, request, today=TODAY) == []
    assert decided(ADDRESS, request, "rejected") is None


def test_a_request_without_answers_or_change_updates_no_profile() -> None:
    assert profile_updates.not_applicable(ADDRESS, filed(MOVING)) is None
    assert profile_updates.not_applicable(PHONES, replace(filed({"mobile": ""}), owner=None)) is None
    assert decided(ADDRESS, replace(filed(MOVING), answers=None)) is None
    assert decided(PHONES, filed({"mobile": "", "supprimer_fixe": False})) is None
    assert decided(PROCEDURES["signalement-voirie"], filed({"lieu": NEW})) is None


def test_a_new_email_is_announced_and_the_old_one_is_not_prefilled() -> None:
    assert decided(EMAILS, filed({"courriel": "new@courriel.example"})).names == ["email"]
    known = known_profile(contact={"email": "old@courriel.example"})
    assert "courriel" not in draft.opened(EMAILS, known, None).answers


def test_the_values_bear_the_names_of_the_profile_and_the_ticked_preference() -> None:
    answers = {"mobile": "06 39 98 10 09", "fixe": "", "supprimer_fixe": True}
    assert profile_updates.values(PHONES, answers) == {"mobile_phone": "06 39 98 10 09"}
    assert profile_updates.cleared(PHONES, answers) == ("home_phone",)
    assert decided(PHONES, filed(answers)).names == ["home_phone", "mobile_phone"]
    new = {"courriel": "new@courriel.example"}
    assert profile_updates.values(EMAILS, new | {"prefere": True})["preferred_contact"] == "email"
    assert "preferred_contact" not in profile_updates.values(EMAILS, new | {"prefere": False})


def test_the_form_is_prefilled_with_present_details_of_its_person() -> None:
    phones = {"home_phone": "02 61 91 20 31", "mobile_phone": "06 39 98 10 31"}
    known = known_profile(contact=phones, address={"line1": "5 rue du Beffroi"})
    own = draft.opened(PHONES, known, None)
    assert {name: own.answers.get(name) for name in ("mobile", "fixe")} == {
        "mobile": "06 39 98 10 31",
        "fixe": "02 61 91 20 31",
    }
    hers = draft.opened(PHONES, known, ANDREE)
    assert (hers.answers.get("mobile"), hers.answers.get("fixe")) == (None, "02 61 91 20 32")
    assert draft.opened(ADDRESS, known, None).answers["nouvelle_adresse"] == asdict(known.address)


def test_the_prefill_follows_the_chosen_member_and_typed_values_stay() -> None:
    typed = draft.opened(PHONES, known_profile(contact={"home_phone": "02 61 91 20 31"}), None)
    typed = replace(typed, answers=typed.answers | {"mobile": "06 39 98 10 99"})

    hers = draft.chosen_member(typed, PHONES, ANDREE)
    assert (hers.answers["fixe"], hers.answers["mobile"]) == ("02 61 91 20 32", "06 39 98 10 99")
    assert draft.chosen_member(hers, PHONES, None).answers["fixe"] == "02 61 91 20 31"
