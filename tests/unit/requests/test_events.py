"""Every version of every event that requests ever recorded still reads: one example each, kept for ever."""

import json
from pathlib import Path

import pytest

from services.chassis.events import parts, revive, types_of
from services.requests import capacity, draft, events  # noqa: F401 registered by being imported

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "events" / "requests").glob("*.json"))
PERSONAL = {
    "applicant",
    "member",
    "answers",
    "manifest",
    "owner",
    "index",
    "reason",
    "reply_text",
    "text",
    "agent",
    "assignee_name",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_event_of_the_past_still_reads(example: Path) -> None:
    name, _, version = example.stem.partition(".v")
    stored = json.loads(example.read_text(encoding="utf-8"))
    revived = revive("requests", name, int(version), stored["public"], stored["sealed"])
    public, sealed = parts(revived)
    assert set(stored["sealed"] or {}) <= set(sealed or {})
    assert set(stored["public"]) <= {*public, *(sealed or {})}  # a later version may seal what an older one showed


def test_every_event_type_has_its_example() -> None:
    wanted = {f"{kind.name}.v{kind.version}" for kind in types_of("requests")}
    assert wanted <= {example.stem for example in EXAMPLES}


@pytest.mark.parametrize("kind", types_of("requests"), ids=lambda kind: kind.name)
def test_what_a_person_typed_is_sealed(kind: object) -> None:
    named = set(kind.cls.__dataclass_fields__)  # type: ignore[attr-defined]
    codes = {"reason"} if kind.name in ("DocumentRemoved", "FileRejected") else set()  # type: ignore[attr-defined]
    assert (named & PERSONAL) - codes <= set(kind.sealed_fields)  # type: ignore[attr-defined]
