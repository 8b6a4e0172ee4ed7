"""What accounts holds of one person, read whole by processes of ours: no password, no token, nothing of anybody else."""

from uuid import UUID

import pytest

from services.accounts.closures import erasure as closing
from services.accounts.disclosure import views as people
from services.accounts.keys.tokens import digest
from services.accounts.schemas.own_data import OwnSpace, ReadOwnSpace
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import WISHED, AccountUnknown, NotYours
from services.chassis.actors import Actor, system
from services.chassis.contracts import from_json, to_json
from tests.integration.accounts.conftest import PASSWORD, House

OURS = system("documents")


def actor_of(house: House, token: str) -> Actor:
    return Actor.from_json(house.session(token)["actor"])


def read(house: House, account_id: str, actor: Actor = OURS) -> OwnSpace:
    asked = ReadOwnSpace(account_id=UUID(account_id))
    return from_json(OwnSpace, to_json(house.send(people.read_own_space, asked, actor)))


def test_the_space_is_told_with_its_log_ins_and_without_any_secret(house: House) -> None:
    house.active_account()
    token = house.log_in(device="Safari sur iPhone")["session"]
    account_id = actor_of(house, token).id
    with pytest.raises(LogInRefused):
        house.log_in(password="un autre mot de passe")

    told = read(house, account_id)

    assert told.space.full_name
    assert [one.device for one in told.sessions.log_ins] == ["Safari sur iPhone"]
    assert [one.times for one in told.sessions.refused] == [1]
    words = str(to_json(told))
    for secret in (PASSWORD, token, digest(token), "argon2"):
        assert secret not in words


def test_a_closed_space_has_nothing_to_tell_and_nobody_else_may_ask(house: House) -> None:
    house.active_account()
    holder = actor_of(house, house.log_in()["session"])
    account_id = holder.id
    with pytest.raises(NotYours):
        read(house, account_id, holder)

    with house.store.transaction() as tx:
        closing.erase(tx, UUID(account_id), WISHED)

    with pytest.raises(AccountUnknown):
        read(house, account_id)
