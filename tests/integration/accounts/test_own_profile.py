"""The profile: read whole, changed by the rules of a new space, and never under the eyes of two pages without a word."""

from dataclasses import replace
from typing import Any

import pytest

from services.accounts.disclosure import views as people
from services.accounts.schemas.profile import Organisation
from services.accounts.schemas.refusals import ProfileWrittenElsewhere
from services.accounts.spaces.rules import AccountUnknown, FormRefused, NotYours
from services.chassis.actors import Actor
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from tests.integration.accounts.own_space import Holder
from tests.integration.accounts.service import MESSAGING, Accounts
from tests.support.at_once import at_once


def test_the_profile_is_read_whole_and_the_same_values_publish_no_event(camille: Holder, accounts: Accounts) -> None:
    space = camille.space()

    assert (space.username, space.full_name) == ("Camille.Exemple", "Camille Exemple")
    assert (space.identity.birth_date, space.address.city) == ("1987-04-12", "Saint-Aubin-sur-Orne")
    assert (space.email, space.phones.mobile_phone) == ("camille.exemple@courriel.example", "06 39 98 10 01")
    assert (space.preferred_contact, space.organisation, space.family) == ("email", None, ())
    assert space.email_to_confirm is None
    camille.change(camille.profile())
    assert "ProfileChanged" not in accounts.facts()
    asked = camille.profile(phones={"mobile_phone": ""})
    camille.change(asked)
    assert camille.space().email == "camille.exemple@courriel.example"


def test_a_change_is_sealed_and_seen_by_all_that_ask_for_the_profile_next(
    accounts: Accounts, camille: Holder, accounts_settings: Settings
) -> None:
    camille.change(camille.profile(identity={"usage_name": "Modèle"}, phones={"home_phone": "02 61 91 10 00"}))

    space = camille.space()
    assert (space.full_name, space.phones.home_phone) == ("Camille Modèle", "02 61 91 10 00")
    asked = accounts.call(MESSAGING, account_id=camille.account_id)
    assert accounts.ask(people.profile, asked)["identity"]["usage_name"] == "Modèle"
    assert accounts.session(accounts.log_in()["session"])["display_name"] == "Camille Modèle"
    assert verify(accounts_settings, "accounts").sound
    [row] = accounts.rows("SELECT public::text, sealed FROM events WHERE type = 'ProfileChanged'")
    assert row["public"] == '{"sections":["identity","contact"]}'
    assert b"Mod" not in bytes(row["sealed"])
    with accounts.store.reading() as reading:
        [fact] = [one.event for one in reading.history(f"account-{camille.account_id}")][-1:]
    assert fact.profile["identity"]["usage_name"] == "Modèle"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity": {"given_names": ""}}, "identity.given_names"),
        ({"identity": {"usage_name": "www.exemple.fr"}}, "identity.usage_name"),
        ({"preferred_contact": "work_phone"}, "preferred_contact"),
        ({"organisation": {"kind": "company", "name": "Exemple", "siret": "12"}}, "organisation.siret"),
        ({"organisation": {"kind": "association", "name": "Exemple", "rna": "619999999"}}, "organisation.rna"),
        ({"organisation": {"kind": "club", "name": "Exemple"}}, "organisation.kind"),
    ],
)
def test_a_value_refused_at_the_sign_up_is_refused_at_its_field(
    accounts: Accounts, camille: Holder, changes: dict[str, Any], field: str
) -> None:
    before = camille.space()
    with pytest.raises(FormRefused) as refused:
        camille.change(camille.profile(**changes))
    assert list(refused.value.fields) == [field]
    assert camille.space() == before
    assert "ProfileChanged" not in accounts.facts()


def test_an_organisation_is_added_and_taken_away(camille: Holder) -> None:
    camille.change(
        camille.profile(organisation={"kind": "association", "name": "Les Rameurs Fictifs", "rna": "w61 9999999"})
    )
    assert camille.space().organisation == Organisation(
        kind="association", name="Les Rameurs Fictifs", rna="W619999999"
    )

    camille.change(replace(camille.profile(), organisation=Organisation()))
    assert camille.space().organisation is None


def test_a_stale_tab_overwrites_no_change_of_another_but_the_same_one(camille: Holder) -> None:
    here, there = camille.profile(identity={"usage_name": "Ici"}), camille.profile(identity={"usage_name": "Là"})
    camille.change(there)

    with pytest.raises(ProfileWrittenElsewhere):
        camille.change(here)

    assert camille.space().identity.usage_name == "Là"
    camille.change(replace(here, seen=camille.space().mark))
    assert camille.space().identity.usage_name == "Ici"
    asked = camille.profile(identity={"usage_name": "Modèle"})
    for _ in range(2):  # the same from two tabs
        camille.change(asked)
    assert camille.space().identity.usage_name == "Modèle"


def test_of_many_tabs_at_once_one_wins_and_the_others_are_refused(accounts: Accounts, camille: Holder) -> None:
    wishes = [camille.profile(identity={"usage_name": name}) for name in ("Un", "Deux", "Trois", "Quatre", "Cinq")]

    assert len(at_once(camille.change, wishes, ProfileWrittenElsewhere)) == 1
    assert accounts.facts().count("ProfileChanged") == 1


def test_others_cannot_reach_a_profile_and_a_closed_space_has_none(accounts: Accounts, camille: Holder) -> None:
    asked = camille.profile()
    for kind in ("agent", "visitor", "system"):
        other = Holder(accounts, Actor(kind=kind, id=camille.actor.id))
        with pytest.raises(NotYours):
            other.space()
        with pytest.raises(NotYours):
            other.change(asked)
    accounts.erase(camille.actor.id)
    with pytest.raises(AccountUnknown):
        camille.space()
    with pytest.raises(AccountUnknown):
        camille.change(asked)
