"""An address may name the servers of a cluster; each is asked at an address of its own."""

import pytest

from services.chassis.hosts import host_of, one_each


@pytest.mark.parametrize(
    ("several", "each"),
    [
        ("amqp://courtier/parvis", ["amqp://courtier/parvis"]),
        ("amqp://a:m@un:5672,deux:5673/parvis", ["amqp://a:m@un:5672/parvis", "amqp://a:m@deux:5673/parvis"]),
        ("http://a:m@[::1]:15672,deux/?x=1", ["http://a:m@[::1]:15672/?x=1", "http://a:m@deux/?x=1"]),
    ],
)
def test_an_address_of_several_servers_is_one_of_each(several: str, each: list[str]) -> None:
    assert one_each(several) == each


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://a:m@un:5672,deux/parvis", "un:5672,deux"),
        ("http://un", "un"),
        ("s3.example:9000", "s3.example:9000"),
    ],
)
def test_hosts_are_shown_without_the_login(url: str, shown: str) -> None:
    assert host_of(url) == shown
