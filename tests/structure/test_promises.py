"""What is published stays readable, and what is refused is said in French."""

import inspect
import json
from importlib import import_module
from pathlib import Path

import jsonschema
import orjson
import pytest

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import asking
from gateway.errors import STATUS
from services.chassis import asyncapi, errors
from services.chassis.envelope import full_type
from services.chassis.errors import Refusal
from services.chassis.events import EventType, parts, revive, types_of
from services.chassis.house import service_names
from services.chassis.settings import Settings
from tests.gateway.stubs import StubServices

ROOT = Path(__file__).parent.parent.parent
FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER
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


@pytest.mark.parametrize("service", service_names())
def test_every_service_keeps_examples_of_its_events(service: str) -> None:
    assert list((EXAMPLES / service).glob("*.json"))


@pytest.mark.parametrize(
    "kind",
    [kind for kind in types_of() if kind.cls.__module__.startswith("services.")],
    ids=lambda kind: f"{kind.source}.{kind.name}",
)
def test_every_event_has_an_example_of_each_version(kind: EventType) -> None:
    for version in range(1, kind.version + 1):
        example = EXAMPLES / kind.source / f"{kind.name}.v{version}.json"
        assert example.exists(), f"{example.relative_to(ROOT)} is missing"
        assert set(json.loads(example.read_text("utf-8"))) >= {"public"}


@pytest.mark.parametrize(
    "example", sorted(EXAMPLES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_what_was_recorded_once_is_still_read(example: Path) -> None:
    """Every value of it is found again, and what was public is so still, unless a later version seals it."""
    service, (name, version) = example.parent.name, example.stem.split(".v")
    kept = json.loads(example.read_text("utf-8"))
    [present] = [kind.version for kind in types_of(service) if kind.name == name]
    assert int(version) <= present

    public, sealed = parts(revive(service, name, int(version), kept["public"], kept["sealed"]))

    found = orjson.loads(orjson.dumps({"public": public, "sealed": sealed or {}}))
    if int(version) < present:
        found["public"] = {**found["sealed"], **found["public"]}
    for part in ("public", "sealed"):
        assert {field: found[part].get(field, "absent") for field in kept[part] or {}} == (kept[part] or {})


def test_partners_are_told_of_requests_alone() -> None:
    public = {kind.source for kind in types_of() if kind.public}
    assert public.intersection(service_names()) == {"requests"}


def test_every_public_event_is_described_to_partners_with_schema_and_example() -> None:
    services = StubServices()
    services["requests.public_events"] = asyncapi.public_events("requests")
    app = create_app(Settings(signing_key=bytes(32)), Clients(services, asking))

    document = app.test_client().get("/api/v1/asyncapi.json").get_json()

    messages = document["components"]["messages"]
    public = {full_type(kind.source, kind.name, kind.version) for kind in types_of("requests") if kind.public}
    assert set(messages) == public
    for message in messages.values():
        assert message["summary"].endswith(".")
        jsonschema.validate(message["examples"][0]["payload"], message["payload"], format_checker=FORMATS)
    asked = len(services.asked)
    app.test_client().get("/api/v1/asyncapi.json")
    assert len(services.asked) == asked, "the document is kept"


@pytest.mark.parametrize("kind", [kind for kind in types_of("requests") if kind.public], ids=lambda kind: kind.name)
def test_the_kept_example_of_a_public_event_fits_its_schema(kind: EventType) -> None:
    described = {event["type"]: event for event in asyncapi.public_events("requests")}
    example = EXAMPLES / "requests" / f"{kind.name}.v{kind.version}.json"

    jsonschema.validate(
        json.loads(example.read_text("utf-8"))["public"],
        described[full_type("requests", kind.name, kind.version)]["schema"],
        format_checker=FORMATS,
    )
