"""Declared calls: their names, their schemas with messages in French, and what two releases make of each other's fields."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from marshmallow import ValidationError

from services.chassis import remembered
from services.chassis.contracts import (
    Command,
    Misfit,
    Query,
    RecordedLook,
    Remembered,
    from_json,
    identifier,
    marked,
    schema_of,
    text,
    to_json,
    token,
)
from services.chassis.rpc.entrypoints import answers
from services.chassis.structs import Struct


class Line(Struct):
    label: str
    count: int = 1


class Basket(Struct):
    id: UUID
    lines: tuple[Line, ...]


class FillBasket(Command[Basket]):
    link: str = token()
    name: str = text(10)
    id: UUID | None = None
    open: bool = False
    lines: tuple[Line, ...] = ()


class ListBaskets(Query[Basket]):
    page: int = 1


def test_nested_values_come_back_as_their_classes_with_defaults() -> None:
    asked = FillBasket(link="x", id=uuid4(), lines=(Line(label="pain"), Line(label="lait", count=2)))

    assert from_json(FillBasket, schema_of(FillBasket).load(to_json(asked))) == asked
    assert from_json(FillBasket, schema_of(FillBasket).load({"link": "x"})) == FillBasket(link="x")


class Anything(Command[Basket]):
    one: object
    named: dict[str, object]


def test_a_field_of_objects_holds_any_json_values() -> None:
    asked = Anything(one=uuid4(), named={"list": [1, None, {"id": "x"}], "line": Line(label="pain")})
    sent = {"one": str(asked.one), "named": {"list": [1, None, {"id": "x"}], "line": {"label": "pain", "count": 1}}}

    assert to_json(asked) == sent
    assert to_json(from_json(Anything, schema_of(Anything).load(sent))) == sent


def test_a_field_of_a_newer_release_is_ignored_in_an_answer() -> None:
    answer = {"id": str(uuid4()), "lines": [], "colour": "rouge"}
    assert from_json(Basket, answer) == Basket(id=UUID(answer["id"]), lines=())


class FillBasketOfTheNextRelease(Command[Basket]):
    link: str = token()
    name: str = text(10)
    id: UUID | None = None
    open: bool = False
    lines: tuple[Line, ...] = ()
    colour: str = text(20, later=True)
    shelves: tuple[str, ...] = marked(later=True, default=())
    address_seen: str = text(64, remembered=Remembered.LEFT_OUT)


def remembered_form(declared: type, body: dict[str, object]) -> bytes:
    return remembered.canonical(remembered.body_of(declared, schema_of(declared).load(body), b"k" * 32))


def test_a_command_sent_before_a_field_was_added_is_the_same_command_after() -> None:
    body: dict[str, object] = {"link": "x", "lines": [{"label": "pain"}], "id": str(uuid4())}

    before = remembered_form(FillBasket, body)

    assert remembered_form(FillBasketOfTheNextRelease, body) == before
    assert remembered_form(FillBasketOfTheNextRelease, {**body, "address_seen": "192.0.2.1"}) == before
    assert remembered_form(FillBasketOfTheNextRelease, {**body, "colour": "rouge"}) != before


def test_declared_values_are_hashed_as_their_json_body_is() -> None:
    asked = FillBasket(link="x", id=uuid4(), lines=(Line(label="pain"), Line(label="lait", count=2)))

    assert remembered.canonical({"body": asked}) == remembered.canonical({"body": to_json(asked)})
    assert remembered.canonical(asked) == remembered_form(FillBasket, to_json(asked))


class LookAtBasket(RecordedLook[tuple[Line, ...]], method="basket"):
    id: str = identifier()
    day: date | None = None


def test_a_call_is_named_after_its_class_or_otherwise_and_may_answer_a_list() -> None:
    assert (LookAtBasket.method(), LookAtBasket.answer()) == ("basket", tuple[Line, ...])
    assert from_json(LookAtBasket.answer(), [{"label": "pain"}]) == (Line(label="pain"),)
    assert (FillBasket.method(), FillBasket.answer()) == ("fill_basket", Basket)
    assert (ListBaskets.method(), ListBaskets.answer()) == ("list_baskets", Basket)


def test_identifiers_and_days_are_read_in_their_usual_forms() -> None:
    given = uuid4()

    assert schema_of(LookAtBasket).load({"id": given.hex})["id"] == str(given)
    with pytest.raises(ValidationError, match="Il faut un identifiant"):
        schema_of(LookAtBasket).load({"id": "3"})
    loaded = schema_of(LookAtBasket).load({"id": str(uuid4()), "day": "2026-12-01"})
    assert from_json(LookAtBasket, loaded).day == date(2026, 12, 1)
    assert from_json(LookAtBasket, to_json(from_json(LookAtBasket, loaded))).day == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"lines": []}, "id"),
        ({"id": "3", "lines": []}, "id"),
        ({"id": str(uuid4()), "lines": [{"label": None}]}, "lines[0].label"),
        ({"id": str(uuid4()), "lines": [{"label": "pain"}, {"label": "lait", "count": True}]}, "lines[1].count"),
        ({"id": str(uuid4()), "lines": [{"label": 3}]}, "lines[0].label"),
    ],
)
def test_a_misfit_answer_is_refused_with_the_path_of_the_field(answer: dict[str, object], path: str) -> None:
    with pytest.raises(Misfit) as refused:
        from_json(Basket, answer)
    assert refused.value.paths == (path,)


class Prices(Struct):
    of: dict[str, int]


def test_a_key_of_a_mapping_is_not_in_the_path_for_it_may_be_a_name() -> None:
    with pytest.raises(Misfit) as refused:
        from_json(Prices, {"of": {"Camille Exemple": "trois"}})
    assert refused.value.paths == ("of[…]",)


def test_an_entrypoint_of_another_name_than_its_call_is_refused() -> None:
    with pytest.raises((TypeError, RuntimeError)):  # RuntimeError up to Python 3.11
        type("Service", (), {"baskets": answers(ListBaskets, lambda store, call, asked: Basket(id=uuid4(), lines=()))})
