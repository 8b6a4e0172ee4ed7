"""The one style of use case (decision record 28): what lies in which module, and which acts open several transactions."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from services.chassis.contracts import Command, RemoteCall
from services.chassis.process.running import service_class
from services.chassis.service_list import service_names

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "decisions" / "0028-one-style-of-use-case.md"
OPENING = {"transaction", "run", "run_declared", "done"}
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
RUNS_ONCE = re.compile(r"store\.run|\bonce\(|self\._file\(")
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Each with its path below `services`."""
    return [
        (str(path.relative_to(ROOT / "services")), ast.parse(path.read_text("utf-8")))
        for service in service_names()
        for path in sorted((ROOT / "services" / service).rglob("*.py"))
    ]


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    yield
    modules.cache_clear()  # so many nodes would be searched for garbage until the end


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]


def of_the_store(function: ast.FunctionDef, methods: set[str]) -> int:
    calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
    named = [one for one in calls if isinstance(one, ast.Attribute) and one.attr in methods]
    return sum("store" in ast.unparse(one.value) for one in named)


def called(path: str, tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Each function with what it calls by name, "store" for each transaction; what a loop repeats is there again."""
    module = "services." + path.removesuffix(".py").replace("/", ".")
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    known = {"self": module} | {one.asname or one.name: f"{at.module}.{one.name}" for at in imports for one in at.names}
    for function in functions(tree):
        loops = [one for one in ast.walk(function) if isinstance(one, LOOPS)]
        named: list[str] = []
        for call in (one for scope in (function, *loops) for one in ast.walk(scope) if isinstance(one, ast.Call)):
            on, _, name = ast.unparse(call.func).rpartition(".")
            whole = f"{known.get(on, on)}.{name}" if on else known.get(name, f"{module}.{name}")
            named.append("store" if name in OPENING and re.search("store|desk", on) else whole)
        yield f"{module}.{function.name}", named


def open_several() -> set[str]:
    """The functions that open more than one: a call of one that opens any, however far, is one."""
    calls = [one for path, tree in modules() for one in called(path, tree)]
    opening, before = {"store"}, set[str]()
    while opening != before:
        before, opening = opening, opening | {name for name, named in calls if not opening.isdisjoint(named)}
    return {name.rpartition(".")[2] for name, named in calls if sum(one in opening for one in named) > 1}


def offered() -> Iterator[tuple[type[RemoteCall[Any]], list[Callable[..., Any]]]]:
    """Each call with the functions that answer it, the outermost first."""
    for service in service_names():
        module = import_module(f"services.{service}.service")
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            match node:
                case ast.Call(func=ast.Name("answers"), args=[asked, act, *_]):
                    named = [act]
                    while isinstance(inner := named[-1], ast.Call):
                        named[-1:] = [inner.func, inner.args[0]]
                    acts = [attrgetter(ast.unparse(one))(module) for one in named]
                case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Name("declared_rpc"), args=[asked])]):
                    acts = [inspect.unwrap(getattr(service_class(service), node.name))]
                case _:
                    continue
            yield attrgetter(ast.unparse(asked))(module), acts


def runs_once(act: Callable[..., Any]) -> bool:
    """Whether the function, or one that it calls, runs the command as the store remembers it."""
    named = filter(inspect.isfunction, map(act.__globals__.get, act.__code__.co_names))
    return any(RUNS_ONCE.search(inspect.getsource(one)) for one in (act, *named))


def exceptions(heading: str) -> set[str]:
    """What the record names in backquotes under that heading."""
    text = RECORD.read_text("utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w+)`", text))


def test_functions_that_open_several_transactions_are_those_of_the_record() -> None:
    assert open_several() == exceptions("Exceptions")


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


def test_queries_are_answered_by_views_or_stand_in_the_record() -> None:
    answered = {call.__name__: acts[-1].__module__ for call, acts in offered() if not issubclass(call, Command)}

    elsewhere = {name for name, module in answered.items() if not module.endswith(".views")}
    assert elsewhere == exceptions("Queries that are more than a view")


def test_commands_are_run_once_or_stand_in_the_record() -> None:
    commands = [(call.__name__, acts) for call, acts in offered() if issubclass(call, Command)]

    otherwise = {name for name, acts in commands if not any(map(runs_once, acts))}
    assert otherwise == exceptions("Commands that the store does not remember")


def test_each_command_answers_its_outcome_or_stands_in_the_record() -> None:
    looked_at = re.compile(r"store\.run_declared\(.*store\.viewing\(", re.DOTALL)  # what was kept, for the answer
    acts = [one for _, tree in modules() for one in functions(tree)]

    apart = {one.name for one in acts if of_the_store(one, {"run"}) or looked_at.search(ast.unparse(one))}
    assert apart == exceptions("Commands that answer more than what is kept")


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
