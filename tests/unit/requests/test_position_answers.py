"""A place among the answers of a form: bounded by the town, said in words, and what the request is about."""

from typing import Any

import pytest

from services.requests.forms import rules as answers
from services.townhall.positions import OUTSIDE
from tests.support import published
from tests.support.filled import ADDRESS, today, valid_answers

ROAD = published.procedure("signalement-voirie")
HERE = {"lat": 48.71185, "lon": -0.13668}


def clean(place: Any, **changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
    definition = published.procedure("signalement-voirie", **changes)
    raw = valid_answers(definition, today()) | {"position": place}
    return answers.clean(definition, raw, today=today(), applicant={}, member=None)


def test_a_report_has_its_place_in_words_and_on_the_map() -> None:
    values, errors = clean({**HERE, "words": "Près du lavoir"})

    assert errors == {}
    assert values["position"] == {**HERE, "words": "Près du lavoir"}
    [line] = [line for line in answers.labelled(ROAD, values) if line.name == "position"]
    assert line.type == "position"
    assert line.value.splitlines()[0] == "Près du lavoir"
    assert "de «\u00a0Médiathèque du Moulin\u00a0»" in line.value or "de «\u00a0" in line.value


def test_a_point_outside_the_town_is_refused_at_its_question() -> None:
    assert clean({"lat": 48.85, "lon": 2.35})[1] == {"position": OUTSIDE}


def test_a_place_that_is_refused_is_not_said_to_be_missing_besides() -> None:
    raw = {name: value for name, value in valid_answers(ROAD, today()).items() if name != "lieu"}
    outside = raw | {"position": {"lat": 48.85, "lon": 2.35}}

    assert answers.clean(ROAD, outside, today=today(), applicant={}, member=None)[1] == {"position": OUTSIDE}
    assert list(answers.clean(ROAD, raw, today=today(), applicant={}, member=None)[1]) == ["lieu"]


def test_a_place_that_was_taken_away_is_no_answer() -> None:
    values, errors = clean({**HERE, "removed": "on"})

    assert (values.get("position"), errors) == (None, {})


@pytest.mark.parametrize("place", ["Face à l’abribus", HERE])
def test_words_or_a_point_answer_a_mandatory_place(place: Any) -> None:
    fields = [{"name": "position", "label": "Où ?", "type": "position", "required": True}]

    assert not answers.clean(
        published.procedure("signalement-voirie", fields=fields),
        {"position": place},
        today=today(),
        applicant={},
        member=None,
    )[1]
    _, errors = answers.clean(
        published.procedure("signalement-voirie", fields=fields), {}, today=today(), applicant={}, member=None
    )
    assert "placez-le sur la carte" in errors["position"]


def test_a_request_is_about_its_first_point() -> None:
    point = answers.point(ROAD, clean(HERE)[0])

    assert point is not None
    assert (point.lat, point.lon) == (HERE["lat"], HERE["lon"])
    assert answers.point(ROAD, clean("Face à l’abribus")[0]) is None
    assert answers.point(ROAD, {}) is None


@pytest.mark.parametrize(
    "given",
    [{"position": HERE}, {"position": {"words": "Près du lavoir"}}, {"lieu": ADDRESS}],
    ids=["point", "words", "address"],
)
def test_a_point_a_landmark_or_an_address_is_enough_to_find_a_problem(given: dict[str, Any]) -> None:
    assert place_alone(given) == {}


def test_the_town_alone_as_the_form_fills_it_in_is_no_place() -> None:
    town = {part: ADDRESS[part] for part in ("postcode", "city", "country")}

    assert "un point sur la carte" in place_alone({"lieu": {**town, "line1": "", "line2": ""}})["lieu"]


def place_alone(given: dict[str, Any]) -> dict[str, str]:
    """What is said of a report whose place is given so."""
    raw = {name: value for name, value in valid_answers(ROAD, today()).items() if name != "lieu"}
    return answers.clean(ROAD, {**raw, **given}, today=today(), applicant={}, member=None)[1]
