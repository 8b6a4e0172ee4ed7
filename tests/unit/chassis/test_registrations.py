"""No module of a service is left out silently when its registrations are loaded."""

from pathlib import Path

import pytest

import services
from services.chassis.event_store.events import types_of
from services.chassis.event_store.registrations import load_registrations

RULES = "from services.chassis.event_store.events import Event\nclass Gathered(Event):\n    ...\n"


FACTS_ONLY = ["__init__.py", "views.py", "schemas/__init__.py", "schemas/facts.py"]


@pytest.mark.parametrize(
    "files",
    [["__init__.py"], ["__init__.py", "inner/rules.py"], FACTS_ONLY],
    ids=["no event", "no package", "facts only"],
)
def test_missing_or_incomplete_registrations_are_an_error(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"gathered_{len(files)}"
    for file in files:
        path = tmp_path / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RULES if path.stem in ("rules", "facts") else "", encoding="utf-8")
    monkeypatch.setattr(services, "__path__", [*services.__path__, str(tmp_path)])

    with pytest.raises(LookupError):
        load_registrations(name)

    assert [kind.name for kind in types_of(name)] == (["Gathered"] if files is FACTS_ONLY else [])
