"""One builder of addresses: whatever an operator's address says, the server's time-outs are ours."""

import psycopg
from psycopg import conninfo

from services.chassis.event_store.db import DOWN, OF_SEVERAL, SESSION_SETTINGS, dsn_of


def options_of(url: str, **server: str) -> list[str]:
    return str(conninfo.conninfo_to_dict(dsn_of(url, "tests", **server))["options"]).split(" -c ")


def test_an_address_with_options_keeps_them_and_every_time_out() -> None:
    options = options_of("postgresql://ville@db.example/requests?options=-c%20search_path%3Dville")
    assert options[0] == "-c search_path=ville"
    assert {option.partition("=")[0] for option in options[1:]} == set(SESSION_SETTINGS)


def test_time_outs_of_ours_come_after_those_of_an_address_with_options() -> None:
    options = options_of("postgresql://ville@db.example/requests?options=-c%20statement_timeout%3D0")
    assert options[0] == "-c statement_timeout=0"
    assert f"statement_timeout={SESSION_SETTINGS['statement_timeout']}" in options[1:]
    options = options_of("postgresql://ville@db.example/requests", statement_timeout="0")
    assert options[0].startswith("-c statement_timeout=0")
    assert len(options) == len(SESSION_SETTINGS)


def test_one_server_is_taken_as_it_is() -> None:
    one = conninfo.conninfo_to_dict(dsn_of("postgresql://ville@db.example/requests", "tests"))
    assert one["connect_timeout"] == "3"
    assert not {"target_session_attrs", "load_balance_hosts"} & one.keys()


def test_of_several_servers_the_one_that_takes_writes_is_meant() -> None:
    several = conninfo.conninfo_to_dict(dsn_of("postgresql://ville@un:5432,deux,trois:5433/requests", "tests"))
    assert (several["host"], several["port"]) == ("un,deux,trois", "5432,,5433")
    assert (several["target_session_attrs"], several["load_balance_hosts"]) == ("read-write", "random")
    assert several["connect_timeout"] == "2"


def test_what_an_address_says_of_several_servers_goes_before() -> None:
    url = "postgresql://ville@un,deux/requests?target_session_attrs=any&load_balance_hosts=disable&connect_timeout=5"
    said = conninfo.conninfo_to_dict(dsn_of(url, "tests"))
    assert [said[name] for name in OF_SEVERAL] == ["any", "disable", "5"]


def test_a_server_that_takes_no_writes_is_down() -> None:
    assert issubclass(psycopg.errors.ReadOnlySqlTransaction, DOWN)
    for kind in ("AdminShutdown", "CrashShutdown", "CannotConnectNow"):
        assert issubclass(getattr(psycopg.errors, kind), DOWN)
