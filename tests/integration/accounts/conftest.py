"""A store of accounts on this worker's database, empty for each test; and who is in it."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from services.accounts.credentials import hashing
from services.accounts.security_code import proof_of_work
from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from tests.integration.accounts import staff
from tests.integration.accounts.own_space import Holder, holder_of
from tests.integration.accounts.service import NOW, Accounts, empty
from tests.support.clocks import StillClock


class SlotsBetweenThreads(threading.Semaphore):
    """The slots of hashing for the threads of a test: those of a process wake green threads alone."""

    balance = 0


@pytest.fixture(scope="module", autouse=True)
def light_hashes() -> Iterator[None]:
    """The hash of a password and that of a security code's proof are made to cost who guesses; test_hashing.py,
    tests/unit/accounts/test_proof_of_work.py and the processes know what they cost."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", light)
        patch.setattr(hashing, "OF_NO_ACCOUNT", light.hash("a password that nobody knows"))
        patch.setattr(hashing, "_slots", SlotsBetweenThreads(hashing.SLOTS))
        patch.setattr(proof_of_work, "ITERATIONS", 10)
        yield


@pytest.fixture(scope="session")
def accounts_settings(database_url: str) -> Settings:
    def key(purpose: str) -> str:
        return base64.b64encode(hashlib.sha256(purpose.encode()).digest()).decode()

    return Settings.load(
        {
            "DATABASE_URL": database_url,
            "MASTER_KEY": key("master"),
            "SIGNING_KEY": key("signing"),
            "RPC_KEY": key("rpc"),
        }
    )


@pytest.fixture(scope="session")
def accounts_store(accounts_settings: Settings) -> Iterator[Store]:
    store = Store(accounts_settings, "accounts", clock=StillClock(NOW))
    yield store
    store.close()


@pytest.fixture
def accounts(accounts_store: Store) -> Accounts:
    clock = StillClock(NOW)
    accounts_store.clock = clock
    with accounts_store.read() as conn:
        empty(conn)
    return Accounts(store=accounts_store, clock=clock)


@pytest.fixture
def active(accounts: Accounts) -> Accounts:
    """With a space that its holder has activated."""
    accounts.active_account()
    return accounts


@pytest.fixture
def camille(active: Accounts) -> Holder:
    """The holder of that space."""
    return holder_of(active)


@pytest.fixture
def holder(camille: Holder) -> Actor:
    return camille.actor


@pytest.fixture
def clerk(accounts: Accounts) -> dict[str, Any]:
    return staff.add(accounts)


@pytest.fixture
def chief(accounts: Accounts) -> dict[str, Any]:
    """The one administrator."""
    return staff.add(accounts, username="chef", role="administrator", departments=[])
