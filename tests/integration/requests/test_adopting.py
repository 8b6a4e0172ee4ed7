"""What a browser began without an account goes on in the account that was opened there: answers, slot and files."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.signing import unsign
from services.requests.drafts import use_cases as drafts, views as reading
from services.requests.schemas.refusals import AccountRequired, DraftNotFound
from services.requests.space import use_cases as erasing
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, NOW, VISITOR, Desk
from tests.integration.requests.test_drafts import MONDAY, PASSPORT, PROFILE, ROAD, filed, opened, save


def adopt(desk: Desk, actor: Any = CAMILLE, profile: Any = PROFILE) -> dict[str, Any]:
    return desk.answer(actor, drafts.adopt_drafts, VISITOR.id, profile)


def mine(desk: Desk, slug: str = ROAD, actor: Any = CAMILLE) -> Any:
    return desk.answer(actor, reading.draft_for, slug)["draft"]


def test_a_visitors_draft_and_the_grant_for_its_files_go_on_in_the_account(desk: Desk) -> None:
    begun = opened(desk)
    save(desk, begun["id"], "request", {"description": "Un pavé manque."})

    assert adopt(desk) == {"adopted": [begun["id"]], "left": []}

    kept = mine(desk)
    assert (kept["id"], kept["answers"]) == (begun["id"], {"description": "Un pavé manque."})
    assert kept["expires_at"] == (NOW + timedelta(days=30)).isoformat()
    assert mine(desk, actor=VISITOR) is None
    with pytest.raises(DraftNotFound):
        desk.answer(VISITOR, reading.show, begun["id"])
    grant = unsign(desk.settings, "grant", mine(desk)["grant"], 600)
    assert (grant["request"], grant["actor"], grant["rights"]) == (begun["id"], CAMILLE.id, ["upload"])


def test_the_slot_of_an_adopted_draft_stays_held_and_is_filed_with_it(desk: Desk) -> None:
    begun = opened(desk, PASSPORT)
    desk.answer(VISITOR, drafts.hold_slot, begun["id"], MONDAY)
    adopt(desk)
    assert mine(desk, PASSPORT)["slot"]["start"] == MONDAY.isoformat()

    view = desk.view(filed(desk, begun["id"], PASSPORT, CAMILLE)["number"], CAMILLE)
    assert view["appointments"][0]["starts_at"] == MONDAY.isoformat()


def test_the_account_fills_an_unseen_step_and_overwrites_none(desk: Desk) -> None:
    opened(desk, PASSPORT)
    adopt(desk)
    assert mine(desk, PASSPORT)["applicant"]["email"] == "camille@courriel.example"
    begun = opened(desk)
    save(desk, begun["id"], "applicant", {"given_names": "Ariel"})
    adopt(desk)
    assert mine(desk)["applicant"] == {"given_names": "Ariel"}


def test_a_draft_is_left_in_the_browser_where_the_account_has_its_own(desk: Desk) -> None:
    own = opened(desk, ROAD, CAMILLE)
    begun, other = opened(desk, ROAD), opened(desk, PASSPORT)

    assert adopt(desk) == {"adopted": [other["id"]], "left": [ROAD]}

    assert mine(desk)["id"] == own["id"]
    assert mine(desk, actor=VISITOR)["id"] == begun["id"]


def test_a_draft_is_adopted_once_and_by_a_citizen_alone(desk: Desk) -> None:
    opened(desk)
    adopt(desk)
    assert adopt(desk, ALIX) == {"adopted": [], "left": []}
    with pytest.raises(AccountRequired):
        adopt(desk, AGENT)


def test_an_adopted_draft_is_erased_with_the_person(desk: Desk) -> None:
    begun = opened(desk)
    adopt(desk)
    desk.run(erasing.erase_person, CAMILLE.id)
    assert mine(desk) is None
    assert desk.events(f"draft-{begun['id']}") == ["DraftDiscarded"]


def test_an_expired_draft_is_not_brought_back_and_another_is_begun(desk: Desk) -> None:
    begun = opened(desk)
    desk.clock.move(days=8)
    assert adopt(desk) == {"adopted": [], "left": []}
    again = opened(desk)
    assert again["id"] != begun["id"]
    assert desk.events(f"draft-{begun['id']}") == ["DraftDiscarded"]
