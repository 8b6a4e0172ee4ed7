"""What accounts holds of one person, read whole by processes of ours: no password, no token, nothing of anybody else."""

from uuid import UUID

import pytest

from services.accounts.disclosure import views as people
from services.accounts.keys.tokens import digest
from services.accounts.schemas.own_data import OwnSpace, ReadOwnSpace
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import AccountUnknown, NotYours
from services.chassis.actors import Actor, system
from services.chassis.contracts import from_json, to_json
from tests.integration.accounts.service import PASSWORD, Accounts

OURS = system("documents")


def read(accounts: Accounts, account_id: str, actor: Actor = OURS) -> OwnSpace:
    asked = ReadOwnSpace(account_id=UUID(account_id))
    return from_json(OwnSpace, to_json(accounts.send(people.read_own_space, asked, actor)))


def test_the_space_is_read_with_its_log_ins_and_without_any_secret(active: Accounts) -> None:
    token = active.log_in(device="Safari sur iPhone")["session"]
    account_id = active.actor(token).id
    with pytest.raises(LogInRefused):
        active.log_in(password="un autre mot de passe")

    answer = read(active, account_id)

    assert answer.space.full_name
    assert [one.device for one in answer.sessions.log_ins] == ["Safari sur iPhone"]
    assert [one.times for one in answer.sessions.refused] == [1]
    words = str(to_json(answer))
    for secret in (PASSWORD, token, digest(token), "argon2"):
        assert secret not in words


def test_a_citizen_cannot_make_this_call_and_a_closed_space_has_no_data(active: Accounts, holder: Actor) -> None:
    with pytest.raises(NotYours):
        read(active, holder.id, holder)

    active.erase(holder.id)

    with pytest.raises(AccountUnknown):
        read(active, holder.id)
