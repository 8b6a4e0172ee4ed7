"""Services are cut by capability: the same few names in each folder, and any other name once in a service.

`pyproject.toml` holds the order of folders and of the names in one; this holds what crosses folders.
"""

import ast
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from services.chassis.service_list import service_names

ROOT = Path(__file__).parent.parent.parent
USUAL = {"__init__", "commands", "events", "rows", "rules", "state", "use_cases", "views"}


def modules(service: str) -> list[Path]:
    return [path for path in sorted((ROOT / "services" / service).rglob("*.py")) if "schemas" not in path.parts]


def imported(path: Path) -> set[str]:
    """Whole names of what a module imports, each name of a `from` import with its module."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    named = {f"{node.module}.{one.name}" for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names}
    whole = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return named | whole | {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}


@pytest.mark.parametrize("service", service_names())
def test_a_name_outside_the_common_ones_is_used_in_one_folder(service: str) -> None:
    names = Counter(path.stem for path in modules(service) if path.stem not in USUAL)

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("service", service_names())
def test_rows_import_no_use_case_and_no_view_of_any_folder(service: str) -> None:
    above = {
        f"{path.parent.name}.rows imports {name}"
        for path in modules(service)
        if path.stem == "rows"
        for name in imported(path)
        if name.startswith("services.") and name.rpartition(".")[2] in ("use_cases", "views")
    }

    assert above == set()


def test_a_contract_that_names_services_names_all_of_them() -> None:
    every = set(service_names())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    lists = [names for one in contracts for key, names in one.items() if key.endswith("modules") or key == "containers"]
    named = [{name.split(".")[1] for name in names if "." in name} & every for names in lists]

    assert [sorted(some) for some in named if len(some) > 1 and some != every] == []
    assert {name for one in contracts for name in one.get("containers", ())} >= {f"services.{name}" for name in every}
