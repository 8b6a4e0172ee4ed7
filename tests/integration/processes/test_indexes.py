"""The tables that every submission writes to have the indexes that decision 67 gives a statement for, and no others."""

import re
from pathlib import Path

import psycopg

from services.chassis.service_list import service_names

ROOT = Path(__file__).parents[3]
DECISION = ROOT / "docs" / "decisions" / "0067-each-index-has-a-statement.md"
TABLES = ["events", "outbox", "heard", "requests", "notices"]
LINE = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.+) \|$", re.MULTILINE)
STATEMENT = re.compile(r"`([\w/]+\.py)`: `(\w+)`")
INDEXES = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY (%s)"


def test_each_index_of_what_a_submission_writes_has_a_statement(database_url: str) -> None:
    found = set[tuple[str, str]]()
    for service in service_names():
        with psycopg.connect(database_url.replace("{service}", service)) as conn:
            found |= set(conn.execute(INDEXES, (TABLES,)))
    lines = LINE.findall(DECISION.read_text("utf-8"))

    assert {(table, index) for table, index, _ in lines} == found
    for _, index, read_by in lines:
        [(module, name), *_] = STATEMENT.findall(read_by)
        assert re.search(rf"^(def )?{name}\b", (ROOT / "services" / module).read_text("utf-8"), re.MULTILINE), index
