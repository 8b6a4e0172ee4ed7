"""Spaces that are not used: warned of, spared while a request is under way, kept by a log-in, then closed like any other."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.accounts.closures import use_cases as closures
from services.accounts.closures.rules import ClosurePending
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.spaces.rules import NothingToSay
from services.chassis.errors import Unavailable
from services.townhall.problems import ImportRefused
from tests.integration.accounts.service import Accounts
from tests.integration.accounts.staff import imported
from tests.integration.accounts.test_closures import mailed


def none_open(_: Sequence[UUID]) -> set[UUID]:
    return set()


def follow(accounts: Accounts, with_open_requests: inactive_spaces.WithOpenRequests = none_open) -> float:
    return inactive_spaces.follow_unused(accounts.store, with_open_requests)


def warnings(accounts: Accounts) -> list[tuple[int, str]]:
    """`(days before, day of the closure)` of each mail that is due."""
    query = "SELECT public::jsonb AS said FROM events WHERE type = 'AccountInactive' ORDER BY version"
    return [(row["said"]["days"], row["said"]["closes_on"]) for row in accounts.rows(query)]


def brought(accounts: Accounts, last_login: str) -> dict[str, Any]:
    citizen = {
        "username": f"c.{uuid4().hex[:8]}",
        "identity": {"civility": "madame", "birth_name": "Témoin", "given_names": "Claude", "birth_date": "1951-07-05"},
        "address": {"line1": "2 impasse des Tanneurs", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
        "contact": {"email": f"{uuid4().hex}@courriel.example"},
        "preferred_contact": "email",
        "last_login": last_login,
    }
    return imported(accounts, citizens=[citizen], invite=True)


@pytest.fixture
def unused(active: Accounts) -> Accounts:
    """A space unused since 25 November 2026; it is the day of its first warning."""
    active.log_in()
    active.clock.move(days=731 - 60)  # 24 months are 731 days here
    return active


def test_three_warnings_then_the_closure_from_which_one_can_still_return(unused: Accounts) -> None:
    for days in (0, 0, 30, 0, 23, 0):
        unused.clock.move(days=days)
        assert 0 < follow(unused) <= 30 * 3600
    assert warnings(unused) == [(60, "2028-11-25"), (30, "2028-11-25"), (7, "2028-11-25")]
    notice = unused.notice("account_inactive")
    assert (notice["closes_on"], notice["erased_on"], notice["months"]) == ("2028-11-25", "2028-12-10", 24)

    unused.clock.move(days=7)
    follow(unused)
    follow(unused)

    with pytest.raises(ClosurePending):
        unused.log_in()
    assert mailed(unused)["inactive"]
    with pytest.raises(NothingToSay):
        unused.notice("account_inactive")
    for days in (12, 4, 1):
        unused.clock.move(days=days)
        closures.carry_out_due(unused.store)
    assert unused.rows("SELECT account_id FROM accounts") == []
    assert "PersonErased" in unused.facts()


def test_a_log_in_voids_the_warnings(unused: Accounts) -> None:
    follow(unused)
    unused.log_in()

    with pytest.raises(NothingToSay):
        unused.notice("account_inactive")
    unused.clock.move(days=61)
    follow(unused)
    assert len(warnings(unused)) == 1
    assert unused.log_in()["kind"] == "citizen"


def test_while_a_request_is_under_way_no_space_is_warned_or_closed(unused: Accounts) -> None:
    asked: list[Sequence[UUID]] = []

    def everybody(accounts: Sequence[UUID]) -> set[UUID]:
        asked.append(accounts)
        return set(accounts)

    follow(unused, everybody)
    assert warnings(unused) == []
    follow(unused)
    unused.clock.move(days=60)
    follow(unused, everybody)
    assert unused.rows("SELECT closure_id FROM closures") == []
    assert len(asked) == 2

    follow(unused)  # decided: the warnings begin anew, each with its notice
    assert warnings(unused)[-1] == (60, "2029-01-24")


def test_while_requests_does_not_answer_nothing_is_done_and_nothing_lost(unused: Accounts) -> None:
    def silent(_: Sequence[UUID]) -> set[UUID]:
        raise Unavailable

    with pytest.raises(Unavailable):
        follow(unused, silent)
    assert warnings(unused) == []
    follow(unused)
    assert len(warnings(unused)) == 1


def test_many_spaces_are_read_by_pages_with_one_call_each(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        brought(accounts, "D-701")
    monkeypatch.setattr(
        "services.accounts.inactivity.rows.UNUSED", inactive_spaces.inactivity_rows.UNUSED.replace("100", "2")
    )
    asked: list[int] = []

    def count(accounts: Sequence[UUID]) -> set[UUID]:
        asked.append(len(accounts))
        return set()

    follow(accounts, count)
    follow(accounts, count)
    assert asked == [2, 2, 1]
    assert len(warnings(accounts)) == 5


def test_the_towns_file_gives_the_last_log_in(accounts: Accounts) -> None:
    brought(accounts, "D-701")
    [space] = accounts.rows("SELECT last_used_at, created_at FROM accounts")
    assert space["created_at"] - space["last_used_at"] > timedelta(days=700)
    for wrong in ("D+2", "jamais"):
        with pytest.raises(ImportRefused):
            brought(accounts, wrong)


def test_a_space_never_activated_is_not_warned(accounts: Accounts) -> None:
    accounts.create()
    accounts.clock.move(days=2000)
    follow(accounts)
    assert warnings(accounts) == []
