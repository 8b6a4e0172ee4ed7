"""The one style of use case (decision record 28): what lies in which module, and which acts open several transactions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from services.chassis.service_list import service_names

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "decisions" / "0028-one-style-of-use-case.md"
OPENING = {"transaction", "run", "run_declared"}
READING = {"read", "reading", "viewing"}
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each with its path below `services`."""
    for service in service_names():
        for path in sorted((ROOT / "services" / service).rglob("*.py")):
            yield str(path.relative_to(ROOT / "services")), ast.parse(path.read_text("utf-8"))


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]


def of_the_store(function: ast.FunctionDef, methods: set[str]) -> int:
    calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
    named = [one for one in calls if isinstance(one, ast.Attribute) and one.attr in methods]
    return sum("store" in ast.unparse(one.value) for one in named)


def hands_on_the_store(function: ast.FunctionDef) -> bool:
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    return any(isinstance(given, ast.Name) and given.id == "store" for one in calls for given in one.args)


def exceptions(heading: str) -> set[str]:
    """What the record names in backquotes under that heading."""
    text = RECORD.read_text("utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w+)`", text))


def test_functions_that_open_several_transactions_are_those_of_the_record() -> None:
    several = {one.name for _, tree in modules() for one in functions(tree) if of_the_store(one, OPENING) > 1}

    assert several == exceptions("Exceptions")


def test_sql_stands_in_rows_alone() -> None:
    texts = [
        (path, one.value)
        for path, tree in modules()
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]

    elsewhere = {path for path, text in texts if STATEMENT.match(text) and not path.endswith("/rows.py")}
    assert elsewhere == {"requests/tallies.py", "requests/projections.py"}  # the rows of what is projected of events


def test_rules_declare_no_event() -> None:
    declaring = {
        f"{path}::{node.name}"
        for path, tree in modules()
        if path.endswith("/rules.py")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any(re.match(r"Event$|facts\.", ast.unparse(base)) for base in node.bases)
    }

    assert declaring == set()


def test_no_query_stands_among_the_use_cases() -> None:
    queries = {
        f"{path}::{one.name}"
        for path, tree in modules()
        if path.endswith("/use_cases.py")
        for one in functions(tree)
        if not one.name.startswith(("_", "check_"))
        if of_the_store(one, READING) and not of_the_store(one, OPENING) and not hands_on_the_store(one)
    }

    assert queries == set()


def test_views_change_nothing() -> None:
    changing = {
        f"{path}::{one.name}"
        for path, tree in modules()
        if path.endswith("/views.py")
        for one in functions(tree)
        if of_the_store(one, {"run", "run_declared"})
        or re.search(r"\btx\.(append|wake|seal|execute)\(", ast.unparse(one))
    }

    assert changing == set()


def test_only_objects_named_in_the_record_keep_a_store() -> None:
    """Other acts and queries are functions, which take what they use."""
    keeping = {
        node.name
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.search(r"\bstore: Store\b", ast.unparse(node))
    }

    assert keeping == exceptions("Objects that keep a store")
