"""Two tabs of one draft: nothing typed is overwritten without a word, and no warning is without a conflict."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.drafts import rules as draft
from services.requests.schemas.refusals import WrittenElsewhere
from tests.unit.requests.test_answers import PROCEDURES

ROAD = PROCEDURES["signalement-voirie"]
BIRTH = PROCEDURES["acte-naissance"]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOLE = {"description": "Un trou dans la chaussée."}
LAMP = {"description": "Un lampadaire éteint."}


def opened(definition: Procedure = ROAD) -> draft.Typed:
    return draft.opened(definition, None, None)


def of(typed: draft.Typed) -> draft.Draft:
    dates = dict.fromkeys(("created_at", "updated_at", "expires_at"), NOW)
    return draft.Draft(id="d", owner="visitor:browser", procedure=ROAD.slug, typed=typed, held=None, **dates)


class Tab:
    """A page of one step, as it was made."""

    def __init__(self, name: str, typed: draft.Typed, step: str = "request") -> None:
        self.name, self.step, self.seen = name, step, draft.marks(of(typed))[step]

    def send(self, typed: draft.Typed, data: dict[str, Any], definition: Procedure = ROAD) -> draft.Typed:
        return draft.saved_by(typed, definition, self.step, data, page=self.name, seen=self.seen)


def test_a_page_does_not_overwrite_another_answer_saved_since() -> None:
    typed = opened()
    first, second = Tab("first", typed), Tab("second", typed)
    typed = second.send(typed, LAMP)

    with pytest.raises(WrittenElsewhere):
        first.send(typed, HOLE)
    typed = opened()
    first, second = Tab("first", typed), Tab("second", typed)
    typed = second.send(typed, HOLE)
    assert first.send(typed, HOLE).answers == HOLE


def test_a_page_conflicts_neither_with_itself_nor_with_earlier_saves() -> None:
    typed = opened()
    page = Tab("first", typed)

    for words in ("Un", "Un trou", "Un trou."):
        typed = page.send(typed, {"description": words})

    assert typed.answers == {"description": "Un trou."}
    typed = opened()
    typed = Tab("first", typed).send(typed, HOLE)
    assert Tab("second", typed).send(typed, LAMP).answers == LAMP
    typed = Tab("first", opened()).send(opened(), HOLE)
    assert draft.saved_by(typed, ROAD, "request", LAMP, page=None, seen=None).answers == LAMP


def test_a_change_of_another_step_is_no_conflict() -> None:
    typed = opened()
    here = Tab("first", typed, "applicant")
    typed = Tab("second", typed).send(typed, HOLE)

    assert here.send(typed, {"given_names": "Ariel"}).applicant == {"given_names": "Ariel"}


def test_a_page_conflicts_with_a_save_of_another_between_two_of_its_own() -> None:
    typed = opened()
    page = Tab("first", typed)
    typed = page.send(typed, HOLE)
    typed = Tab("second", typed).send(typed, LAMP)

    with pytest.raises(WrittenElsewhere):
        page.send(typed, {"description": "Un trou, toujours."})


def test_prefill_from_another_step_counts_as_written() -> None:
    typed = opened(BIRTH)
    request = Tab("request", typed)
    typed = request.send(typed, {"prenoms": ""}, BIRTH)
    who = Tab("applicant", typed, "applicant")
    typed = who.send(typed, {"given_names": "Ariel", "birth_name": "Nouveau"}, BIRTH)

    with pytest.raises(WrittenElsewhere):
        request.send(typed, {"prenoms": "Camille"}, BIRTH)


def test_a_draft_of_before_this_was_kept_can_be_read() -> None:
    known = {"applicant": {}, "answers": HOLE, "member": None, "seen": ["request"]}

    assert draft.Typed.from_json(known).answers == HOLE


def test_the_summary_is_another_once_an_answer_or_the_slot_changed() -> None:
    before = of(opened())
    held = draft.HeldSlot(agenda="salle", start=NOW, end=NOW, until=NOW)
    after = [replace(before, typed=Tab("first", before.typed).send(before.typed, HOLE)), replace(before, held=held)]

    assert len({draft.marks(one)["summary"] for one in (before, *after)}) == 3
