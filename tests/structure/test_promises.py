"""What is published stays readable, and what is refused is said in French."""

import inspect
import json
from importlib import import_module
from pathlib import Path

import pytest

from gateway.errors import STATUS
from services.chassis import errors
from services.chassis.errors import Refusal
from services.chassis.events import EventType, types_of

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "tests" / "contract" / "events"


def import_everything() -> None:
    for folder in ("services", "gateway"):
        for path in (ROOT / folder).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if path.name != "__main__.py" and path.stem != "patched" and "run" not in path.stem:
                import_module(module)


import_everything()


def refusals() -> list[type[Refusal]]:
    """Every class of refusal that the product defines."""
    found, waiting = [], [Refusal]
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if cls.__module__.startswith(("services.", "gateway.")) and cls is not Refusal:
            found.append(cls)
    return sorted(set(found), key=lambda cls: (cls.__module__, cls.__name__))


def named(cls: type) -> str:
    return f"{cls.__module__}.{cls.__name__}"


@pytest.mark.parametrize("refusal", refusals(), ids=named)
def test_a_refusal_has_a_kind_a_code_and_a_french_sentence(refusal: type[Refusal]) -> None:
    assert refusal.kind in STATUS
    assert refusal.code.replace("_", "").isalnum()
    assert refusal.message.rstrip().endswith((".", " »", ":"))


@pytest.mark.parametrize("refusal", [cls for cls in refusals() if cls.__module__ != errors.__name__], ids=named)
def test_a_refusal_has_a_code_of_its_own(refusal: type[Refusal]) -> None:
    kind = inspect.getmro(refusal)[-4]

    assert refusal.code != kind.code  # type: ignore[attr-defined]


def published() -> list[EventType]:
    """The types of the services that have begun to keep examples."""
    return [kind for kind in types_of() if (EXAMPLES / kind.source).is_dir()]


@pytest.mark.parametrize("kind", published(), ids=lambda kind: f"{kind.source}.{kind.name}")
def test_every_event_has_an_example_of_each_version(kind: EventType) -> None:
    for version in range(1, kind.version + 1):
        example = EXAMPLES / kind.source / f"{kind.name}.v{version}.json"
        assert example.exists(), f"{example.relative_to(ROOT)} is missing"
        assert set(json.loads(example.read_text("utf-8"))) >= {"public"}
