"""An act is one transaction; what opens several is named, with its reason, in a decision record."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "decisions" / "0028-one-style-of-use-case.md"
SERVICES = ("accounts", "procedures", "requests", "messaging", "documents", "content")
OPENING = {"transaction", "run", "run_declared"}


def transactions_of(function: ast.FunctionDef) -> int:
    calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
    named = [one for one in calls if isinstance(one, ast.Attribute) and one.attr in OPENING]
    return sum("store" in ast.unparse(one.value) for one in named)


def test_functions_that_open_several_transactions_are_those_of_the_record() -> None:
    exceptions = RECORD.read_text("utf-8").partition("## Exceptions")[2].partition("## Consequences")[0]
    several = {
        function.name
        for service in SERVICES
        for path in (ROOT / "services" / service).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and transactions_of(function) > 1
    }

    assert several == set(re.findall(r"`(\w+)`", exceptions))
