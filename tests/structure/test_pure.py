"""A module of a service reaches no database, broker, thread or clock, unless its own imports or its name show that it does."""

import ast
import re
from pathlib import Path

import grimp

from tests.structure.lasting.everything import module_of
from tests.structure.lasting.record import ROOT

PURE_NAMES = {"rules", "events", "facts", "state", "commands", "schemas", "refusals", "grants"}
IMPURE_NAMES = {"service", "operations", "archive_pages", "buckets", "channels"}  # impure by what they put together
IMPURE = {
    *("psycopg", "psycopg_pool", "amqp", "kombu", "nameko", "eventlet", "minio"),
    *("threading", "time", "subprocess", "socket"),
    *(f"services.chassis.event_store.{name}" for name in ("db", "store", "transaction")),
    *("services.chassis.rpc.client", "services.chassis.clock"),
}


def claims_to_be_pure(path: Path) -> bool:
    """By its name or its folder's in a service, or because its docstring says so."""
    named = (PURE_NAMES & {path.stem, *path.parts} or path.stem.endswith("_events")) and "chassis" not in path.parts
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return bool(named) or re.search(r"\b[Pp]ure\b", said) is not None


def test_pure_modules_reach_nothing_impure() -> None:
    graph = grimp.build_graph("services", include_external_packages=True, cache_dir=None)
    paths = {module_of(path): path for path in (ROOT / "services").rglob("*.py")}
    claimed = {module for module, path in paths.items() if claims_to_be_pure(path)}
    named = {module for module, path in paths.items() if path.stem in IMPURE_NAMES or "chassis" in path.parts}
    shown = {module for module in paths if graph.find_modules_directly_imported_by(module) & IMPURE}
    modules = claimed | (paths.keys() - named - shown)
    impure = {module: sorted(graph.find_upstream_modules(module) & IMPURE) for module in sorted(modules)}

    assert {module: reached for module, reached in impure.items() if reached} == {}
    assert len(modules) > 300
