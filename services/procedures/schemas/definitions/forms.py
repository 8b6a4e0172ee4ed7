"""The questions of a procedure: fields with their limits and conditions, the checks across them, the texts to agree to."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Annotated

from services.chassis.french_fields import between
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.values import Answer, Bound, Formats, Hour, Https, Name, Positive, Slug


class FieldType(StrEnum):
    """What a field asks for; its value has the type that `requests/forms/fields.py` names."""

    TEXT = "text"
    LONGTEXT = "longtext"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    NUMBER = "number"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    CHECKBOX = "checkbox"
    POSITION = "position"
    """A point of the town’s map, words for a place, or both."""
    FILES = "file-free"
    """Files handed in with the form: they are pieces of the request, and hold no answer."""


class Condition(Struct):
    """When something is asked: one test of the answer to an earlier field."""

    field: Name
    equals: Answer = None
    any_of: tuple[str, ...] | None = None
    contains: str | None = None
    any_contains: tuple[str, ...] | None = None


class StopLink(Struct):
    label: str
    url: Https


class Stop(Struct):
    """A choice with which the procedure cannot be filed, what it says then, and who can help."""

    equals: str
    message: str
    link: StopLink | None = None


class Field(Struct):
    name: Name
    label: str
    type: FieldType
    required: bool
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    default: object = None
    min: Bound = None
    max: Bound = None
    min_length: Positive | None = None
    max_length: Annotated[int, between(1, 10000)] | None = None
    pattern: str | None = None
    help: str | None = None
    prefill: str | None = None
    shown_when: Condition | None = None
    stop: tuple[Stop, ...] = ()
    formats: Formats = ()
    max_files: Annotated[int, between(1, 4)] | None = None
    sensitive: bool | None = None
    in_town: bool = False
    agrees_to: Slug | None = None


class TextToRead(Struct):
    """What a person reads before agreeing to it; Markdown."""

    slug: Slug
    title: str
    text: str


class RuleKind(StrEnum):
    AT_LEAST_ONE_OF = "at_least_one_of"
    SAME_VALUE = "same_value"
    DATE_ORDER = "date_order"
    TIME_ORDER = "time_order"
    MAX_DAYS_BETWEEN = "max_days_between"
    LESS_OR_EQUAL = "less_or_equal"
    MAX_BY_CHOICE = "max_by_choice"


class Rule(Struct):
    """A check across fields. `field`, `by` and `limits` are of `max_by_choice`; the other kinds compare `fields`."""

    kind: RuleKind
    message: str
    fields: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    days: Positive = 0
    next_day_until: Hour | None = None
    field: str = ""
    by: str = ""
