"""A new e-mail address that a request was granted: done once confirmed, and reported to the request where it is not."""

from services.accounts.email_changes import use_cases as email_changes
from services.accounts.schemas.profile import ChangedValue
from tests.integration.accounts.own_space import Holder, another_space, confirm, undo
from tests.integration.accounts.service import Accounts
from tests.integration.accounts.test_profile_updates import NUMBER, announced, apply, decide


def not_applied(accounts: Accounts) -> list[tuple[str, str]]:
    """Of each such fact, the request and the reason."""
    return [(one["request_id"], one["reason"]) for one in announced(accounts, "ProfileUpdateNotApplied")]


def test_a_holders_new_address_of_mail_is_done_once_its_link_is_followed(accounts: Accounts, camille: Holder) -> None:
    request_id = decide(accounts, camille.actor)

    apply(accounts, email="new@courriel.example")

    assert camille.space().email == "camille.exemple@courriel.example"
    assert "EmailChangeRequested" in accounts.facts()
    assert announced(accounts) == []
    confirm(accounts, camille.link(), camille.actor)
    assert camille.space().email == "new@courriel.example"
    assert [(one["request_id"], one["request_number"]) for one in announced(accounts)] == [(str(request_id), NUMBER)]
    latest, asked = camille.space().changes
    assert (asked.what, latest.what) == ("email_asked", "updated"), "the address that counts is listed once"
    [mine] = latest.people
    old = "camille.exemple@courriel.example"
    assert mine.values == (ChangedValue(name="email", before=old, after="new@courriel.example"),)


def test_mail_is_preferred_as_long_as_the_new_address_counts(accounts: Accounts, camille: Holder) -> None:
    camille.change(camille.profile(preferred_contact="postal"))
    request_id = decide(accounts, camille.actor)
    apply(accounts, email="new@courriel.example", preferred_contact="email")
    assert camille.space().preferred_contact == "postal"
    back = camille.way_back()
    confirm(accounts, camille.link(), camille.actor)
    assert camille.space().preferred_contact == "email"
    [mine] = camille.space().changes[0].people
    assert [(one.name, one.before, one.after) for one in mine.values] == [
        ("email", "camille.exemple@courriel.example", "new@courriel.example"),
        ("preferred_contact", "postal", "email"),
    ]
    undo(accounts, back)
    space = camille.space()
    assert (space.email, space.preferred_contact) == ("camille.exemple@courriel.example", "postal")
    assert not_applied(accounts) == [(str(request_id), "undone")]
    assert [one.what for one in space.changes][:2] == ["email_undone", "updated"]


def test_a_later_preferred_contact_stays_when_the_old_address_comes_back(accounts: Accounts, camille: Holder) -> None:
    camille.change(camille.profile(preferred_contact="postal"))
    decide(accounts, camille.actor)
    apply(accounts, email="new@courriel.example", preferred_contact="email")
    back = camille.way_back()
    confirm(accounts, camille.link(), camille.actor)
    camille.change(camille.profile(phones={"mobile_phone": "06 39 98 10 09"}, preferred_contact="mobile_phone"))

    undo(accounts, back)

    assert camille.space().preferred_contact == "mobile_phone"


def test_an_unconfirmed_address_expires_alike_whether_or_not_it_is_in_use(accounts: Accounts, camille: Holder) -> None:
    another = another_space(accounts, "zoe.fictive", "zoe@courriel.example")
    mine = decide(accounts, camille.actor)
    apply(accounts, email="zoe@courriel.example")
    hers = decide(accounts, another.actor)
    apply(accounts, email="free@courriel.example")
    accounts.clock.move(hours=47)
    email_changes.end_changes(accounts.store)
    assert not_applied(accounts) == []

    accounts.clock.move(hours=1)
    for _ in range(2):
        email_changes.end_changes(accounts.store)

    assert sorted(not_applied(accounts)) == sorted([(str(mine), "link_expired"), (str(hers), "link_expired")])
    assert {one.space().changes[0].what for one in (camille, another)} == {"email_expired"}


def test_a_replaced_address_is_reported_once_as_not_applied(accounts: Accounts, camille: Holder) -> None:
    first = decide(accounts, camille.actor)
    apply(accounts, email="first@courriel.example")
    first_back = camille.way_back()
    second = decide(accounts, camille.actor)
    apply(accounts, email="second@courriel.example")
    assert not_applied(accounts) == [(str(first), "replaced")]
    accounts.clock.move(hours=48)
    camille.ask_for("third@courriel.example")
    assert not_applied(accounts) == [(str(first), "replaced"), (str(second), "link_expired")]

    undo(accounts, first_back)
    email_changes.end_changes(accounts.store)
    assert len(not_applied(accounts)) == 2


def test_an_unchanged_address_asks_for_no_link(accounts: Accounts, camille: Holder) -> None:
    decide(accounts, camille.actor)
    apply(accounts, email="camille.exemple@courriel.example")
    assert "EmailChangeRequested" not in accounts.facts()
    assert len(announced(accounts)) == 1
