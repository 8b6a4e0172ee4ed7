"""Rules, facts and declarations are pure: nothing that they import, however far, is a database, a broker, a thread or the clock."""

import ast
import re
from pathlib import Path

import grimp

from tests.structure.lasting.everything import module_of
from tests.structure.lasting.record import ROOT

PURE_NAMES = {"rules", "events", "facts", "state", "commands", "schemas", "refusals", "grants"}
IMPURE = {
    *("psycopg", "psycopg_pool", "amqp", "kombu", "nameko", "eventlet", "minio"),
    *("threading", "time", "subprocess", "socket"),
    *("services.chassis.event_store.store", "services.chassis.event_store.transaction"),
    *("services.chassis.rpc.client", "services.chassis.clock"),
}


def claims_to_be_pure(path: Path) -> bool:
    """By its name or its folder's in a service, or because its docstring says so."""
    named = (PURE_NAMES & {path.stem, *path.parts} or path.stem.endswith("_events")) and "chassis" not in path.parts
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return bool(named) or re.search(r"\b[Pp]ure\b", said) is not None


def test_modules_that_claim_to_be_pure_reach_no_database_broker_or_clock() -> None:
    graph = grimp.build_graph("services", include_external_packages=True, cache_dir=None)
    modules = {module_of(path) for path in (ROOT / "services").rglob("*.py") if claims_to_be_pure(path)}
    impure = {module: sorted(graph.find_upstream_modules(module) & IMPURE) for module in sorted(modules)}

    assert {module: reached for module, reached in impure.items() if reached} == {}
    assert len(modules) > 200
