"""What a Struct promises beside its fields: it is made as a frozen dataclass is."""

from dataclasses import FrozenInstanceError, field, replace
from inspect import signature
from typing import Any

import pytest

from services.chassis.structs import Struct


class Opened(Struct):
    values: str
    at: int = 3
    seen: list[str] = field(default_factory=list)


class Closed(Opened):
    by: str = ""


class Named(Struct):
    name: str


class Other(Struct):
    name: str


def test_a_struct_has_its_declared_defaults_and_shares_no_factory_default() -> None:
    assert vars(Closed(values="a")) == {"values": "a", "at": 3, "seen": [], "by": ""}
    assert Opened(values="a").seen is not Opened(values="a").seen
    assert replace(Closed(values="a", by="b"), at=4) == Closed(values="a", at=4, by="b")
    assert list(signature(Closed).parameters) == ["values", "at", "seen", "by"]


@pytest.mark.parametrize("arguments", [{}, {"values": "a", "other": 1}])
def test_an_argument_that_is_missing_or_unknown_is_refused(arguments: Any) -> None:
    with pytest.raises(TypeError):
        Opened(**arguments)


def test_a_field_is_never_set_again() -> None:
    opened: Any = Opened(values="a")
    with pytest.raises(FrozenInstanceError):
        opened.at = 4
    with pytest.raises(FrozenInstanceError):
        del opened.at


def test_equal_structs_are_of_one_class_and_have_equal_fields() -> None:
    assert Named(name="a") == Named(name="a") != Named(name="b")
    assert Named(name="a") != Other(name="a")
    assert {Named(name="a"), Named(name="a")} == {Named(name="a")}
    assert repr(Opened(values="a")) == "Opened(values='a', at=3, seen=[])"


def test_a_field_with_its_own_repr_option_is_refused() -> None:
    with pytest.raises(TypeError):

        class Printed(Struct):
            secret: str = field(default="", repr=False)
