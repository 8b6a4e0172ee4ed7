"""What no registry knows: kinds of streams, purposes of keys and signatures, numbers of advisory locks.

Read from the syntax of the calls that take them; a purpose that is a constant has the value that its module gives it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from services.chassis.dotted_names import home_of
from services.content.publication.use_cases import ARTICLES
from tests.structure.lasting import ranks
from tests.structure.lasting.everything import module_of
from tests.structure.lasting.record import ROOT, Names

PACKAGES = ("services", "gateway")
PURPOSES = {
    ("key_for", 0): "derived key",
    ("derived", 1): "derived key of accounts",
    ("digest", 1): "keyed hash",
    ("new", 1): "keyed hash",
    ("sha256", 0): "hash",
    ("seal", 0): "derived key",
    ("unseal", 0): "derived key",
    ("mac", 0): "keyed hash of accounts",
    ("count_try", 3): "keyed hash of accounts",
    ("count_call", 2): "keyed hash of accounts",
    ("may_be_mailed", 2): "keyed hash of accounts",
    ("holder", 1): "blind index",
    ("sign", 1): "signature",
    ("unsign", 1): "signature",
    ("token_of", 1): "mailed link",
}
"""By function and position of the argument: what the purpose separates."""
BY_KEYWORD = {"bound_to": "associated data", "purpose": "keyed hash of accounts"}
STREAM = re.compile(r"([a-z_]+)-\{.*")
LOCK = re.compile(r"advisory\w*lock\w*\((\d+)|^(73100\d\d)$")


def names() -> Names:
    """Everything of this module, by kind."""
    ranked = ranks.ranks()
    streams = {f"{service} {kind}": f"rank {rank}" for service, kinds in ranked.items() for kind, rank in kinds.items()}
    streams |= {f"content {kind}": "no rank" for kind in ARTICLES}  # of an article, the kind is in its row
    purposes: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for source in _sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.JoinedStr) and source.service and (found := STREAM.fullmatch(_text(source, node))):
                streams.setdefault(f"{source.service} {found[1]}", "no rank")
            elif isinstance(node, ast.Call):
                purposes |= dict.fromkeys(_purposes(source, node), "")
            elif isinstance(node, ast.Constant) and (found := LOCK.search(str(node.value))):
                numbers[found[1] or found[2]] = ""
    return {"streams and keys": streams, "purposes of keys": purposes, "numbers of advisory locks": numbers}


@dataclass(frozen=True)
class _Source:
    module: str
    tree: ast.Module

    @property
    def service(self) -> str:
        """The service whose code it is; empty for the chassis and the gateway."""
        home = home_of(self.module)
        return home if self.module.startswith("services.") and home != "chassis" else ""

    def loaded(self) -> ModuleType:
        return import_module(self.module)


@cache
def _sources() -> list[_Source]:
    return [_parsed(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _parsed(path: Path) -> _Source:
    return _Source(module_of(path), ast.parse(path.read_text("utf-8")))


def _purposes(source: _Source, call: ast.Call) -> Iterator[str]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [
        (kind, call.args[position])
        for (name, position), kind in PURPOSES.items()
        if name == function and len(call.args) > position
    ]
    if not function[:1].isupper():  # a class is a declaration: what it holds separates no keys
        given += [(BY_KEYWORD[keyword.arg], keyword.value) for keyword in call.keywords if keyword.arg in BY_KEYWORD]
    for kind, argument in given:
        purpose = _text(source, argument)
        if purpose.strip("{}"):
            yield f"{kind}: {purpose}"


def _text(source: _Source, node: ast.expr) -> str:
    """The text of an expression, with {} for what is not the same each time."""
    match node:
        case ast.Constant(value=bytes(value)):
            return value.decode("latin1")
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_text(source, value) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(source, left) + _text(source, right)
        case ast.Call(func=ast.Attribute(value=value, attr="encode")):
            return _text(source, value)
        case ast.Name(id=name) if name.isupper():
            return _constant(getattr(source.loaded(), name, None))
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name.isupper():
            return _constant(getattr(getattr(source.loaded(), module, None), name, None))
        case _:
            return "{}"


def _constant(value: object) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)
