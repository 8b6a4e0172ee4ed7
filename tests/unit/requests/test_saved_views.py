"""How many views an agent saves, and under which names."""

import pytest

from services.requests import refusals
from services.requests.saved_views import rules
from services.requests.schemas.saved_views import LONGEST_NAME, MOST_VIEWS

KNOWN = {"a": "Voirie en retard", "b": "À moi"}


def test_a_name_is_kept_without_needless_spaces() -> None:
    assert rules.named("  Voirie   en retard ") == "Voirie en retard"
    assert len(rules.named("x" * LONGEST_NAME)) == LONGEST_NAME
    with pytest.raises(refusals.ViewNameTooLong):
        rules.named("x" * (LONGEST_NAME + 1))


@pytest.mark.parametrize("name", ["Voirie en retard", "voirie EN retard"])
def test_two_views_of_an_agent_have_two_names(name: str) -> None:
    with pytest.raises(refusals.ViewNameTaken):
        rules.require_room(KNOWN, name, None)
    with pytest.raises(refusals.ViewNameTaken):
        rules.require_room(KNOWN, name, "b")
    rules.require_room(KNOWN, name, "a")


def test_a_view_is_changed_by_its_own_id_alone() -> None:
    with pytest.raises(refusals.ViewUnknown):
        rules.require_room(KNOWN, "Autre", "c")


def test_twelve_views_are_saved_and_each_may_still_be_changed() -> None:
    full = {str(n): f"Vue {n}" for n in range(MOST_VIEWS)}
    with pytest.raises(refusals.TooManyViews):
        rules.require_room(full, "Une de plus", None)
    rules.require_room(full, "Une autre", "0")
