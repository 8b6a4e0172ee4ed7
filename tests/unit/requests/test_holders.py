"""Who is counted together, and what is kept of it."""

import pytest

from services.requests.capacity import holders

KEY = b"k" * 32
WEEK = "quota-encombrants-2026-W48"


def holding(email: str = "a@courriel.example", **changes: str) -> holders.Holders:
    given = {"filer": "visitor:a", "kind": "visitor", "address": "192.0.2.7"}
    return holders.of_filing(KEY, changes.pop("quota", WEEK), applicant={"email": email}, **{**given, **changes})


@pytest.mark.parametrize("other", ["A+1@Courriel.example", " a+encore+un@courriel.example"])
def test_a_tagged_address_is_the_same_mailbox(other: str) -> None:
    assert holding(email=other) == holding()


@pytest.mark.parametrize("other", ["b@courriel.example", "a@autre.example"])
def test_another_mailbox_is_another_holder(other: str) -> None:
    assert holding(email=other).own[0] != holding().own[0]


def test_a_name_that_is_all_tag_stays_itself() -> None:
    assert holders.mailbox_of("+a@courriel.example") != holders.mailbox_of("+b@courriel.example")


def test_no_address_is_kept_in_clear_or_followed_between_quotas() -> None:
    kept = holding()
    assert kept.address and "192.0.2.7" not in kept.address
    assert holding(quota="quota-composteurs-2026-S2").address != kept.address


def test_a_hold_and_a_filing_have_the_same_holders_but_for_the_mailbox() -> None:
    here = holders.of_hold(KEY, WEEK, filer="visitor:a", kind="visitor", address="192.0.2.7")
    assert here == holders.Holders(own=holding().own[1:], address=holding().address)


@pytest.mark.parametrize("kind", ["agent", "system", "partner"])
def test_agents_systems_and_partners_are_counted_by_mailbox_alone(kind: str) -> None:
    assert holders.of_hold(KEY, WEEK, filer="agent:a", kind=kind, address="192.0.2.7").all == ()
    assert holding(kind=kind) == holders.Holders(own=(holding().own[0],))
