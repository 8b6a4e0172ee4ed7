"""A body that unpacks can be stored; any other is undecodable."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.chassis.bus.envelope import LAST, LONGEST, Undecodable, pack, unpack

ROW = {
    "event_id": UUID("0199f3a2-7c41-7d52-9b0e-000000000001"),
    "type": "Noted",
    "type_version": 2,
    "subject": "a",
    "time": datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    "version": 3,
    "position": 4,
    "public": '{"number": 1}',
    "correlation_id": "c",
    "causation_id": None,
}


def test_a_packed_event_is_unpacked_unchanged() -> None:
    heard = unpack(pack("tests", ROW, town="saint-aubin"))
    assert (heard.source, heard.type, heard.version, heard.subject) == ("tests", "Noted", 2, "a")
    assert (heard.position, heard.sequence, heard.data, heard.correlation_id) == (4, 3, {"number": 1}, "c")
    assert (heard.event_id, heard.time) == (ROW["event_id"], ROW["time"])


def test_the_source_names_the_town_and_sequences_are_ordered_as_texts() -> None:
    message = orjson.loads(pack("tests", ROW, town="saint-aubin"))
    assert (message["source"], message["sequence"]) == ("urn:parvis:saint-aubin:tests", "00000000000000000003")
    assert orjson.loads(pack("tests", ROW, town=""))["source"] == "urn:parvis:tests"


@pytest.mark.parametrize(
    ("written", "town"),
    [
        ({"source": "urn:parvis:tests", "sequence": "3"}, ""),
        ({"source": "urn:parvis:tests", "sequence": "3", "town": "saint-aubin"}, "saint-aubin"),
        ({"source": "urn:parvis:saint-aubin:tests", "sequence": "00000000000000000003"}, "saint-aubin"),
    ],
)
def test_an_event_is_read_in_both_forms_of_its_source_and_its_sequence(written: dict[str, Any], town: str) -> None:
    heard = unpack(orjson.dumps({**orjson.loads(pack("tests", ROW, town="")), **written}))
    assert (heard.source, heard.town, heard.sequence) == ("tests", town, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a\0"},
        {"subject": 7},
        {"subject": None},
        {"subject": "x" * (LONGEST + 1)},
        {"type": "tests.No\0ted.v1"},
        {"type": f"tests.{'x' * (LONGEST + 1)}.v1"},
        {"type": "te\0sts.Noted.v1", "source": "urn:parvis:te\0sts"},
        {"source": "urn:parvis:requests"},
        {"source": "urn:parvis:saint-aubin:requests"},
        {"source": "urn:parvis::tests"},
        {"source": "urn:parvis:a:b:tests"},
        {"source": "urn:parvis:saint-aubin:tests\n"},
        {"source": ["urn:parvis:tests"]},
        {"correlationid": "c\0"},
        {"correlationid": {"c": 1}},
        {"position": LAST},
        {"position": 0},
        {"position": -1},
        {"sequence": str(LAST)},
        {"sequence": "0"},
        {"data": [1]},
    ],
    ids=str,
)
def test_an_unstorable_event_is_undecodable(change: dict[str, Any]) -> None:
    body = orjson.dumps({**orjson.loads(pack("tests", ROW, town="")), **change})
    with pytest.raises(Undecodable):
        unpack(body)


@pytest.mark.parametrize("member", ["id", "source", "type", "subject", "time", "sequence", "position", "data"])
def test_a_body_without_a_member_cannot_be_read(member: str) -> None:
    message = orjson.loads(pack("tests", ROW, town=""))
    del message[member]
    with pytest.raises(Undecodable):
        unpack(orjson.dumps(message))


@pytest.mark.parametrize(
    "change",
    [{"subject": "x" * LONGEST}, {"position": LAST - 1}, {"correlationid": None}, {"region": "of the next release"}],
    ids=str,
)
def test_values_at_the_limits_and_unknown_members_are_read(change: dict[str, Any]) -> None:
    unpack(orjson.dumps({**orjson.loads(pack("tests", ROW, town="")), **change}))
