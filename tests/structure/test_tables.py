"""Every table is a projection or the source of truth, the code says which, and so does docs/rebuilding.md."""

import re
from pathlib import Path

import pytest

from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store.projections import projections_in, tallies_in
from services.chassis.event_store.registrations import load_registrations
from services.chassis.service_list import service_names

ROOT = Path(__file__).parents[2]
NAMES = re.compile(r"`([a-z_]+)`")


def tables(service: str) -> set[str]:
    """Those that the service's migrations make."""
    made: set[str] = set()
    for file in (ROOT / "services" / service / "migrations").glob("*.sql"):
        made |= set(re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", file.read_text("utf-8")))
    return made


def rebuilt(service: str) -> set[str]:
    """Those that the code says a projection, a reaction or a counter fills alone."""
    load_registrations(service)
    by_events = {table for known in (*projections_in(service), *tallies_in(service)) for table in known.tables}
    heard = {table for types in reactions_of(service).values() for known in types.values() for table in known.tables}
    return by_events | heard


def documented(service: str) -> tuple[set[str], set[str]]:
    """The tables of the service on the page: rebuilt, left alone."""
    anew: set[str] = set()
    alone: set[str] = set()
    current = ""
    for line in (ROOT / "docs" / "rebuilding.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 5 or not line.startswith("|"):
            continue
        current = cells[0] or current
        if current == service:
            anew |= set(NAMES.findall(cells[1]))
            alone |= set(NAMES.findall(cells[3]))
    return anew, alone


def test_the_page_names_a_service_once() -> None:
    lines = (ROOT / "docs" / "rebuilding.md").read_text("utf-8").splitlines()
    named = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]

    assert sorted(filter(None, named[2:])) == sorted(service_names())


@pytest.mark.parametrize("service", service_names())
def test_the_page_says_of_every_table_what_the_code_does_with_it(service: str) -> None:
    anew, alone = documented(service)

    assert anew == rebuilt(service)
    assert alone == tables(service) - rebuilt(service)
