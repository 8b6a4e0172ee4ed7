"""One builder of addresses: whatever an operator's address says, the server's time-outs are ours."""

from psycopg import conninfo

from services.chassis.event_store.db import SERVER_TIMEOUTS, dsn_of


def options_of(url: str, **server: str) -> list[str]:
    return str(conninfo.conninfo_to_dict(dsn_of(url, "tests", **server))["options"]).split(" -c ")


def test_an_address_with_options_keeps_them_and_every_time_out() -> None:
    options = options_of("postgresql://ville@db.example/requests?options=-c%20search_path%3Dville")
    assert options[0] == "-c search_path=ville"
    assert {option.partition("=")[0] for option in options[1:]} == set(SERVER_TIMEOUTS)


def test_time_outs_of_ours_come_after_those_of_an_address_with_options() -> None:
    options = options_of("postgresql://ville@db.example/requests?options=-c%20statement_timeout%3D0")
    assert options[0] == "-c statement_timeout=0"
    assert f"statement_timeout={SERVER_TIMEOUTS['statement_timeout']}" in options[1:]
    options = options_of("postgresql://ville@db.example/requests", statement_timeout="0")
    assert options[0].startswith("-c statement_timeout=0")
    assert len(options) == len(SERVER_TIMEOUTS)
