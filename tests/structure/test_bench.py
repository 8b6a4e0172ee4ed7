"""A measure runs on what a portal has: nothing is brought beside one that is up."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEASURE = [*sorted((ROOT / "tests" / "load").glob("*.py")), ROOT / "tests" / "support" / "filled.py"]


def imported(path: Path) -> set[str]:
    """The first words of all that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in named}


def test_the_bench_imports_packages_of_the_portal_alone() -> None:
    locked = set(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    )
    ours = {"deploy", "services", "tests", "gateway"} | set(sys.stdlib_module_names)
    packages = {name for path in MEASURE for name in imported(path)} - ours
    known = packages_distributions()

    assert packages
    assert {name for name in packages if not {one.lower() for one in known[name]} & locked} == set()
