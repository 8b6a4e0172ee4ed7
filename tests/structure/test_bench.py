"""A measure runs on what a portal has: nothing is brought beside one that is up."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported(path: Path) -> set[str]:
    """Whole names of what a module imports, each name of a `from` import with its module."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return named


def measure() -> set[Path]:
    """The modules of the bench, and those of the tests that they import."""
    found, left = set[Path](), [*(ROOT / "tests" / "load").glob("*.py")]
    while left:
        path = left.pop()
        found.add(path)
        used = {ROOT / f"{name.replace('.', '/')}.py" for name in imported(path) if name.startswith("tests.")}
        left += [one for one in used - found if one.exists()]
    return found


def test_the_bench_imports_packages_of_the_portal_alone() -> None:
    locked = set(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    )
    ours = {"deploy", "services", "tests", "gateway"} | set(sys.stdlib_module_names)
    modules = measure()
    packages = {name.partition(".")[0] for path in modules for name in imported(path)} - ours
    known = packages_distributions()

    assert ROOT / "tests" / "cluster" / "databases.py" in modules
    assert {name for name in packages if not {one.lower() for one in known[name]} & locked} == set()
