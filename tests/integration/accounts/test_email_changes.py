"""Another e-mail address: it counts once its link is followed, and the old one can take it back for seven days."""

from uuid import uuid4

import pytest

from services.accounts.email_changes import use_cases as email_changes, views as email_changes_views
from services.accounts.email_changes.rules import EmailLinkExpired, EmailLinkUnknown, EmailLinkUsed, EmailOfAnother
from services.accounts.schemas.profile import OpenEmailConfirmation, OpenEmailUndo
from services.accounts.spaces.rules import NothingToSay, PasswordWrong
from services.accounts.throttling.rules import TryLater
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from tests.integration.accounts.own_space import NEW, OLD, Holder, another_space, confirm, undo
from tests.integration.accounts.service import PASSWORD, Accounts
from tests.support.at_once import at_once

THIRD = "camille.troisieme@courriel.example"


def test_a_change_counts_once_it_is_confirmed(accounts: Accounts, camille: Holder, accounts_settings: Settings) -> None:
    change_id = camille.ask_for(NEW)
    assert (camille.space().email, camille.waiting()) == (OLD, NEW)

    confirm(accounts, camille.link(change_id), camille.actor)

    assert (camille.space().email, camille.waiting()) == (NEW, None)
    assert [fact for fact in accounts.facts() if fact.startswith("Email")] == ["EmailChangeRequested", "EmailChanged"]
    assert verify(accounts_settings, "accounts").sound


def test_the_link_goes_to_the_new_address_and_the_warning_to_the_old_one(camille: Holder) -> None:
    change_id = camille.ask_for(NEW)

    to_new, to_old = camille.mailed("email_change_link", change_id), camille.mailed("email_change_asked", change_id)

    assert (to_new["email"], to_new["name"], to_new["username"], to_new["valid_hours"]) == (NEW, "", "", 48)
    assert (to_old["email"], to_old["name"], to_old["valid_days"]) == (OLD, "Camille Exemple", 7)
    assert to_new["token"] != to_old["token"]


def test_the_old_address_is_mailed_the_way_back_once_the_new_one_counts(camille: Holder) -> None:
    change_id = camille.moved_to(NEW)
    mail = camille.mailed("email_changed", change_id)
    assert (mail["email"], mail["token"]) == (OLD, camille.way_back(change_id))


def test_the_database_names_neither_address_and_holds_no_token(accounts: Accounts, camille: Holder) -> None:
    token = camille.link(camille.ask_for(NEW))
    [row] = accounts.rows("SELECT * FROM email_changes")
    kept = " ".join(str(value) for value in row.values())
    assert NEW not in kept
    assert OLD not in kept
    assert token not in kept
    assert NEW not in str(accounts.rows("SELECT public::text FROM events"))


def test_a_visitor_with_the_link_gives_the_password_of_the_space(accounts: Accounts, camille: Holder) -> None:
    """The link may have come to the mailbox of a stranger: alone it opens nothing."""
    token = camille.link(camille.ask_for(NEW))
    for password in ("", "un mauvais mot de passe"):
        with pytest.raises(PasswordWrong):
            confirm(accounts, token, password=password)
    assert camille.space().email == OLD

    confirm(accounts, token, password=PASSWORD)
    assert camille.space().email == NEW


def test_another_logged_in_holder_needs_the_password_of_the_space(accounts: Accounts, camille: Holder) -> None:
    zoe, token = another_space(accounts, "zoe.fictive", "zoe@courriel.example"), camille.link(camille.ask_for(NEW))
    with pytest.raises(PasswordWrong):
        confirm(accounts, token, zoe.actor)
    opened = accounts.send(email_changes_views.open_email_confirmation, OpenEmailConfirmation(token=token), zoe.actor)
    assert opened.needs_password
    assert (camille.space().email, zoe.space().email) == (OLD, "zoe@courriel.example")


def test_a_link_serves_once_and_the_same_command_again_is_the_same(accounts: Accounts, camille: Holder) -> None:
    token, once = camille.link(camille.ask_for(NEW)), str(uuid4())
    confirm(accounts, token, camille.actor, command_id=once)
    confirm(accounts, token, camille.actor, command_id=once)
    with pytest.raises(EmailLinkUsed):
        confirm(accounts, token, camille.actor)


def test_a_link_that_is_late_forged_or_of_another_kind_opens_nothing(accounts: Accounts, camille: Holder) -> None:
    change_id = camille.ask_for(NEW)
    token, back = camille.link(change_id), camille.way_back(change_id)
    for wrong in (token[:-2] + "AA", "faux", back):
        with pytest.raises(EmailLinkUnknown):
            confirm(accounts, wrong, camille.actor)
    with pytest.raises(EmailLinkUnknown):
        undo(accounts, token)
    accounts.clock.move(hours=48)
    with pytest.raises(EmailLinkExpired):
        confirm(accounts, token, camille.actor)
    with pytest.raises(NothingToSay):
        camille.link(change_id)
    assert camille.waiting() is None


def test_a_second_change_takes_the_place_of_the_first(accounts: Accounts, camille: Holder) -> None:
    first = camille.link(camille.ask_for(NEW))
    second = camille.link(camille.ask_for(THIRD))
    with pytest.raises(EmailLinkUnknown):
        confirm(accounts, first, camille.actor)
    confirm(accounts, second, camille.actor)
    assert camille.space().email == THIRD


def test_a_link_followed_several_times_at_once_counts_once(accounts: Accounts, camille: Holder) -> None:
    token = camille.link(camille.ask_for(NEW))

    assert len(at_once(lambda _: confirm(accounts, token, camille.actor), range(4), EmailLinkUsed)) == 1
    assert accounts.facts().count("EmailChanged") == 1


# --- an address that another space has


def test_the_answer_hides_an_address_in_use_and_its_holder_is_warned(accounts: Accounts, camille: Holder) -> None:
    zoe = another_space(accounts, "zoe.fictive", "zoe@courriel.example")

    change_id = camille.ask_for("ZOE@courriel.example")

    assert camille.waiting() == "ZOE@courriel.example"
    [fact] = accounts.rows("SELECT public::text FROM events WHERE type = 'EmailChangeRequested'")
    assert fact["public"] == f'{{"change_id":"{change_id}","link":false}}'
    assert accounts.facts().count("EmailUsedAgain") == 1
    camille.ask_for("zoe@courriel.example")
    assert accounts.facts().count("EmailUsedAgain") == 1, "one mail a day at most"
    assert zoe.space().email == "zoe@courriel.example"


def test_an_address_taken_meanwhile_is_refused_when_its_link_is_followed(accounts: Accounts, camille: Holder) -> None:
    token = camille.link(camille.ask_for(NEW))
    another_space(accounts, "zoe.fictive", NEW)
    with pytest.raises(EmailOfAnother):
        confirm(accounts, token, camille.actor)
    assert camille.space().email == OLD


def test_a_space_never_activated_gives_way_to_the_holder_of_the_mailbox(accounts: Accounts, camille: Holder) -> None:
    token = camille.link(camille.ask_for(NEW))
    another_space(accounts, "zoe.fictive", NEW, active=False)
    confirm(accounts, token, camille.actor)
    assert camille.space().email == NEW
    assert len(accounts.rows("SELECT account_id FROM accounts")) == 1


def test_of_many_spaces_that_confirm_one_address_one_gets_it(accounts: Accounts, camille: Holder) -> None:
    people = [camille, *(another_space(accounts, f"personne.{n}", f"personne.{n}@courriel.example") for n in range(4))]
    links, actors = [person.link(person.ask_for(NEW)) for person in people], [person.actor for person in people]

    assert len(at_once(lambda given: confirm(accounts, *given), zip(links, actors, strict=True), EmailOfAnother)) == 1
    assert [person.space().email for person in people].count(NEW) == 1


# --- the way back


def test_the_old_address_takes_it_back_and_every_session_is_over(accounts: Accounts, camille: Holder) -> None:
    session = accounts.log_in()["session"]
    change_id = camille.moved_to(NEW)
    token = camille.way_back(change_id)
    assert accounts.send(email_changes_views.open_email_undo, OpenEmailUndo(token=token)).email == OLD

    undo(accounts, token)

    assert camille.space().email == OLD
    assert not accounts.is_open(session)
    assert camille.mailed("email_change_undone", change_id)["email"] == OLD
    with pytest.raises(NothingToSay):
        camille.mailed("email_changed", change_id)
    with pytest.raises(EmailLinkUsed):
        undo(accounts, token)


def test_the_space_lists_its_last_changes_without_a_value(accounts: Accounts, camille: Holder) -> None:
    camille.change(camille.profile(identity={"usage_name": "Modèle"}))
    camille.change_credentials(username="camille.modele", new_password="cinq hérissons sous la haie", email=NEW)
    confirm(accounts, camille.link(), camille.actor)
    undo(accounts, camille.way_back())

    changes = camille.space().changes

    assert [(one.what, one.parts) for one in changes] == [
        ("email_undone", ()),
        ("email", ()),
        ("email_asked", ()),
        ("credentials", ("username", "password")),
        ("profile", ("identity",)),
    ]
    assert NEW not in str(changes)


def test_the_way_back_link_stops_a_change_before_it_counts(accounts: Accounts, camille: Holder) -> None:
    change_id = camille.ask_for(NEW)
    token = camille.link(change_id)
    undo(accounts, camille.way_back(change_id))
    with pytest.raises(EmailLinkUnknown):
        confirm(accounts, token, camille.actor)
    assert camille.waiting() is None


def test_seven_days_after_it_counted_the_way_back_is_closed(accounts: Accounts, camille: Holder) -> None:
    change_id = camille.ask_for(NEW)
    token, back = camille.link(change_id), camille.way_back(change_id)
    accounts.clock.move(hours=47)
    confirm(accounts, token, camille.actor)
    accounts.clock.move(days=6, hours=23)
    assert accounts.send(email_changes_views.open_email_undo, OpenEmailUndo(token=back)).email == OLD
    accounts.clock.move(hours=1)
    with pytest.raises(EmailLinkExpired):
        undo(accounts, back)
    assert camille.space().email == NEW
    email_changes.end_changes(accounts.store)
    assert accounts.rows("SELECT change_id FROM email_changes") == []


def test_the_first_address_takes_it_back_though_it_was_changed_again(accounts: Accounts, camille: Holder) -> None:
    first = camille.moved_to(NEW)
    second = camille.moved_to(THIRD)
    third = camille.ask_for("camille.quatrieme@courriel.example")
    later, waiting = camille.way_back(second), camille.link(third)

    undo(accounts, camille.way_back(first))

    assert camille.space().email == OLD
    with pytest.raises(EmailLinkUsed):
        undo(accounts, later)  # the address in between has nothing to say any more
    with pytest.raises(EmailLinkUnknown):
        confirm(accounts, waiting, camille.actor)


def test_the_second_address_takes_back_the_second_change_alone(accounts: Accounts, camille: Holder) -> None:
    first = camille.moved_to(NEW)
    second = camille.moved_to(THIRD)
    undo(accounts, camille.way_back(second))
    assert camille.space().email == NEW
    undo(accounts, camille.way_back(first))
    assert camille.space().email == OLD


def test_a_space_made_meanwhile_with_the_old_address_keeps_it_if_it_was_activated(
    accounts: Accounts, camille: Holder
) -> None:
    back = camille.way_back(camille.moved_to(NEW))
    assert another_space(accounts, "zoe.fictive", OLD).space().email == OLD
    with pytest.raises(EmailOfAnother):
        undo(accounts, back)
    assert camille.space().email == NEW


def test_a_space_made_to_block_the_way_back_gives_way(accounts: Accounts, camille: Holder) -> None:
    back = camille.way_back(camille.moved_to(NEW))
    another_space(accounts, "zoe.fictive", OLD, active=False)
    undo(accounts, back)
    assert camille.space().email == OLD


def test_a_mailbox_is_not_flooded_by_changes(accounts: Accounts, camille: Holder) -> None:
    for number in range(10):
        camille.ask_for(f"boite.{number}@courriel.example")
    with pytest.raises(TryLater):
        camille.ask_for("boite.10@courriel.example")
