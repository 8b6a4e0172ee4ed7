"""How often one may ask, and how much one may send."""

import pytest
from flask import Flask

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from gateway.http.networks import network_of
from gateway.http.rate_limits import ADDRESS_SHARE, LOG_IN, NEWS, READ, RECOVERY, Limit, RateLimits, TooOften
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from tests.support.judge import Client
from tests.support.stubs import Stubs

TWICE = Limit("twice", 2, 60)


def test_an_account_is_stopped_at_its_limit_and_no_other_behind_the_same_address() -> None:
    limits = RateLimits(1, clock=lambda: 0)
    limits.spend(TWICE, account="a", address="1")
    limits.spend(TWICE, account="a", address="1")
    limits.spend(TWICE, account="b", address="1")

    with pytest.raises(TooOften) as refused:
        limits.spend(TWICE, account="a", address="1")

    assert refused.value.details == {"retry_after_seconds": 30}


def test_an_account_may_go_on_after_the_wait() -> None:
    now = [0.0]
    limits = RateLimits(0.5, clock=lambda: now[0])
    limits.spend(TWICE, account="a", address="1")

    now[0] = 60.0

    limits.spend(TWICE, account="a", address="1")


def test_log_ins_from_one_address_are_stopped_with_429(app: Flask, client: Client, services: Stubs) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)  # no bucket refills while we ask
    services["accounts.log_in"] = Forbidden()
    sent = {"username": "camille", "password": "x"}
    for _ in range(LOG_IN.times * ADDRESS_SHARE):
        assert client.post("/api/v1/sessions", json=sent).status_code == 403

    response = client.post("/api/v1/sessions", json=sent)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1


def test_the_setting_raises_every_limit(services: Stubs) -> None:
    services["accounts.log_in"] = Forbidden()
    app = create_app(Settings(signing_key=bytes(32), rate_limits=100.0), Clients(services, request_context))
    browser = app.test_client()

    statuses = {
        browser.post("/api/v1/sessions", json={"username": "c", "password": "x"}).status_code for _ in range(150)
    }

    assert statuses == {403}


@pytest.mark.parametrize(("gateways", "together"), [(1, 10), (2, 10), (5, 10), (20, 20)])
def test_log_ins_are_divided_by_the_gateways_and_each_allows_one(gateways: int, together: int) -> None:
    allowed = [_allowed(RateLimits(1, gateways=gateways, clock=lambda: 0), LOG_IN) for _ in range(gateways)]

    assert sum(allowed) == together
    assert len(set(allowed)) == 1


@pytest.mark.parametrize("limit", [NEWS, READ], ids=lambda limit: limit.name)
def test_what_each_gateway_answers_or_the_proxy_bounds_is_not_divided(limit: Limit) -> None:
    assert _allowed(RateLimits(1, gateways=5, clock=lambda: 0), limit) == limit.times


def test_a_gateway_that_allows_one_allows_the_next_after_the_whole_time() -> None:
    now = [0.0]
    limits = RateLimits(1, gateways=50, clock=lambda: now[0])
    limits.spend(RECOVERY, account="a", address="1")
    now[0] = RECOVERY.seconds - 1.0
    with pytest.raises(TooOften):
        limits.spend(RECOVERY, account="a", address="2")

    now[0] = RECOVERY.seconds + 1.0

    limits.spend(RECOVERY, account="a", address="3")


def test_the_setting_divides_what_one_gateway_allows(services: Stubs) -> None:
    services["accounts.log_in"] = Forbidden()
    app = create_app(Settings(signing_key=bytes(32), gateways=10), Clients(services, request_context))
    app.extensions["parvis.security"].limits._clock = lambda: 0  # no bucket refills while we ask
    browser = app.test_client()

    statuses = [
        browser.post("/api/v1/sessions", json={"username": "c", "password": "x"}).status_code
        for _ in range(ADDRESS_SHARE + 1)
    ]

    assert statuses == [403] * ADDRESS_SHARE + [429]


def _allowed(limits: RateLimits, limit: Limit) -> int:
    """How often one account may do it at one moment, from as many addresses."""
    for times in range(limit.times + 1):
        try:
            limits.spend(limit, account="a", address=str(times))
        except TooOften:
            return times
    return limit.times


def test_a_body_too_large_is_413_and_never_read(client: Client) -> None:
    response = client.post("/api/v1/sessions", data=b"x" * 300_000, content_type="application/json")

    assert response.status_code == 413
    assert response.headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_64_bits_of_an_ipv6_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_devices_of_one_network_are_counted_together_and_others_apart(services: Stubs, app: Flask) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)
    services["accounts.log_in"] = Forbidden()

    def answered(address: str) -> int:
        sent = {"username": "camille", "password": "x"}
        asked = app.test_client().post("/api/v1/sessions", json=sent, environ_base={"REMOTE_ADDR": address})
        return asked.status_code

    for device in range(LOG_IN.times * ADDRESS_SHARE):
        assert answered(f"2001:db8:1:2::{device:x}") == 403

    assert answered("2001:db8:1:2:ffff::1") == 429
    assert answered("2001:db8:1:3::1") == 403
    assert {body["address_seen"] for body in services.bodies("accounts.log_in")} == {
        "2001:db8:1:2::/64",
        "2001:db8:1:3::/64",
    }


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "203.0.113.9")])
def test_the_address_sent_by_a_trusted_proxy_is_the_one_that_is_counted(
    services: Stubs, proxies: int, seen: str
) -> None:
    services["accounts.log_in"] = Forbidden()
    app = create_app(Settings(signing_key=bytes(32), trusted_proxies=proxies), Clients(services, request_context))

    app.test_client().post(
        "/api/v1/sessions",
        json={"username": "c", "password": "x"},
        headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"},
    )

    assert services.bodies("accounts.log_in")[0]["address_seen"] == seen
