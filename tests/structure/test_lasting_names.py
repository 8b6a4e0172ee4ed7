"""Names that outlive a process change by decision only; see `tests/structure/lasting_names.py` for how."""

import pytest

from tests.structure import lasting_names
from tests.structure.lasting import of_databases
from tests.structure.lasting.record import Record, Retired, compare, read, release

KEPT = {"cookies": {"parvis": "over http", "parvis-visitor": "over http"}}
OLD = {"kind": "cookies", "name": "parvis", "shape": "over http", "why": "Another name takes its place."}


def test_names_of_the_code_are_those_of_the_record() -> None:
    made = lasting_names.of_the_code()
    kinds = sorted((set(read().names) | set(made)) - set(of_databases.KINDS))

    found = compare(read(), made, release(), kinds)

    assert not found, f"python -m tests.structure.lasting_names says how to add and to retire:\n{found}"


def test_a_retired_name_has_a_reason_and_is_gone_after_its_last_release() -> None:
    for one in read().retired:
        assert one.why.endswith(".")
        still_there = read().names.get(one.kind, {}).get(one.name) == one.shape
        assert not (still_there and one.is_over(release())), f"{one.kind} {one.name} was to go after {one.until}"


def test_a_new_name_is_listed_and_breaks_nothing() -> None:
    found = compare(Record(KEPT), {"cookies": {**KEPT["cookies"], "new": ""}}, "0.1.0")

    assert (found.added, found.broken) == (["new: cookies: new"], [])


def test_a_name_that_is_gone_breaks_the_record() -> None:
    found = compare(Record(KEPT), {"cookies": {"parvis-visitor": "over http"}}, "0.1.0")

    assert found.broken == ["gone: cookies: parvis (over http)"]


def test_another_shape_breaks_the_record_but_for_one_that_asks_for_less() -> None:
    record = Record({"arguments of calls": {"a": "text", "b": "text ?", "c": "text ?"}})

    found = compare(record, {"arguments of calls": {"a": "text ?", "b": "text", "c": "text | none ?"}}, "0.1.0")

    assert found.added == [f"asked for less: arguments of calls: {one}" for one in ("a (text ?)", "c (text | none ?)")]
    assert found.broken == ["changed: arguments of calls: b (text ?) is now text"]


@pytest.mark.parametrize(
    ("until", "this_release", "may_go"),
    [("0.9.0", "0.9.0", False), ("0.9.0", "0.10.0", True), ("", "0.1.0", True)],
    ids=["while-both-live", "after-its-last-release", "at-once"],
)
def test_a_retired_name_may_go_after_the_last_release_that_has_both(
    until: str, this_release: str, may_go: bool
) -> None:
    record = Record(KEPT, (Retired(**OLD, until=until),))

    found = compare(record, {"cookies": {"parvis-visitor": "over http"}}, this_release)

    assert bool(found) is not may_go
