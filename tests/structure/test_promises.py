"""What is published stays readable, and what is refused is said in French."""

import dataclasses
import inspect
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from jinja2 import Environment, nodes

from gateway.errors import HTTP_CODES, STATUS
from services.chassis import errors
from services.chassis.bus import asyncapi
from services.chassis.bus.envelope import full_type
from services.chassis.errors import Refusal
from services.chassis.event_store.events import EventType, parts, revive, types_of
from services.chassis.service_list import service_names
from tests.structure.lasting.everything import gateway_on, import_everything, refusals
from tests.support.stubs import Stubs

ROOT = Path(__file__).parent.parent.parent
FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER
EXAMPLES = ROOT / "tests" / "contract" / "events"


import_everything()


REFUSALS = sorted(refusals(), key=lambda cls: (cls.__module__, cls.__name__))


def named(cls: type) -> str:
    return f"{cls.__module__}.{cls.__name__}"


def named_kind(kind: EventType) -> str:
    return f"{kind.source}.{kind.name}"


@pytest.mark.parametrize("refusal", REFUSALS, ids=named)
def test_a_refusal_has_a_kind_a_code_and_a_french_sentence(refusal: type[Refusal]) -> None:
    assert errors.KINDS[refusal.kind] in STATUS
    assert refusal.code.replace("_", "").isalnum()
    assert refusal.message.rstrip().endswith((".", " »", ":"))


def test_the_page_of_refusals_names_codes_that_there_are() -> None:
    page = Environment().parse((ROOT / "gateway" / "pages" / "templates" / "error.html").read_text("utf-8"))
    words = {str(one.value) for one in page.find_all(nodes.Const)}
    named = {word for word in words if re.fullmatch("[a-z]+(_[a-z]+)*", word)}
    others = {"agent", "csrf", "done", "equalto", "minute", "not_kept", "person_unknown", "retry", "s", "seconde"}
    drawings = {"closed", "letter", "lost", "silent", "wait"}

    assert named - {cls.code for cls in REFUSALS} - {*HTTP_CODES.values()} == others | drawings, (
        "words that are no code"
    )


@pytest.mark.parametrize("refusal", [cls for cls in REFUSALS if cls.__module__ != errors.__name__], ids=named)
def test_a_refusal_has_a_code_of_its_own(refusal: type[Refusal]) -> None:
    kind = inspect.getmro(refusal)[-4]

    assert refusal.code != kind.code  # type: ignore[attr-defined]


@pytest.mark.parametrize("service", service_names())
def test_every_service_keeps_examples_of_its_events(service: str) -> None:
    assert list((EXAMPLES / service).glob("*.json"))


def ours() -> list[EventType]:
    """Every event of a service, public or not."""
    return [kind for kind in types_of() if kind.source in service_names()]


def examples_of(kind: EventType, version: int) -> list[Path]:
    """`Name.v1.json`, and `Name.v1.field.json` for each field that joined this version later: none is ever rewritten."""
    return sorted((EXAMPLES / kind.source).glob(f"{kind.name}.v{version}.*json"))


def kept(example: Path) -> dict[str, Any]:
    return json.loads(example.read_text("utf-8"))


@pytest.mark.parametrize("kind", ours(), ids=named_kind)
def test_every_event_says_in_a_sentence_what_happened(kind: EventType) -> None:
    said = kind.cls.__doc__ or ""

    assert said.rstrip().endswith(".")
    assert not said.startswith(f"{kind.name}("), "a dataclass's own, not a sentence"


@pytest.mark.parametrize("kind", ours(), ids=named_kind)
def test_every_event_has_examples_of_each_version_that_name_all_its_fields(kind: EventType) -> None:
    for version in range(1, kind.version + 1):
        assert examples_of(kind, version), f"{kind.source}/{kind.name}.v{version}.json is missing"

    present = [kept(example) for example in examples_of(kind, kind.version)]
    named = {field for example in present for part in ("public", "sealed") for field in example[part] or {}}

    assert named == {field.name for field in dataclasses.fields(kind.cls)}


@pytest.mark.parametrize(
    "example", sorted(EXAMPLES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_every_recorded_event_is_still_read(example: Path) -> None:
    """Every value of it is found again, and what was public is so still, unless a later version seals it."""
    service, (name, version, *_) = example.parent.name, example.name.split(".")
    recorded, number = kept(example), int(version.removeprefix("v"))
    [present] = [kind.version for kind in types_of(service) if kind.name == name]
    assert number <= present

    public, sealed = parts(revive(service, name, number, recorded["public"], recorded["sealed"]))

    found = orjson.loads(orjson.dumps({"public": public, "sealed": sealed or {}}))
    if number < present:
        found["public"] = {**found["sealed"], **found["public"]}
    for part in ("public", "sealed"):
        assert known_of(found[part], recorded[part] or {}) == (recorded[part] or {})


def known_of(found: object, recorded: object) -> object:
    """What is found, with the members that were recorded: a later version may have more, at any depth."""
    if isinstance(found, dict) and isinstance(recorded, dict):
        return {name: known_of(found.get(name, "absent"), value) for name, value in recorded.items()}
    return found


def test_only_events_of_requests_are_public() -> None:
    public = {kind.source for kind in types_of() if kind.public}
    assert public.intersection(service_names()) == {"requests"}


def test_every_public_event_is_described_to_partners_with_schema_and_example() -> None:
    services = Stubs()
    services["requests.public_events"] = asyncapi.public_events("requests")
    app = gateway_on(services)

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
def test_the_kept_examples_of_a_public_event_fit_its_schema(kind: EventType) -> None:
    described = {event.type: event for event in asyncapi.public_events("requests")}
    schema = described[full_type("requests", kind.name, kind.version)].schema

    for example in examples_of(kind, kind.version):
        jsonschema.validate(kept(example)["public"], schema, format_checker=FORMATS)
