"""How accessible the pages are, by the criteria of the RGAA, as `accessibility.toml` beside this file holds it."""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast

from services.chassis.contracts import from_json
from services.chassis.structs import Struct

FILE = Path(__file__).with_name("accessibility.toml")


class Result(StrEnum):
    CONFORMING = "C"
    NOT_CONFORMING = "NC"
    NOT_APPLICABLE = "NA"
    NOT_TRIED = "NT"


class Reader(StrEnum):
    """By whom a page of the sample is seen."""

    VISITOR = "visitor"
    CITIZEN = "citizen"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"


class SamplePage(Struct):
    """A page that is judged; in braces in its address: what somebody has filed."""

    name: str
    address: str
    reader: Reader
    at_random: bool = False


class Beside(Struct):
    """What is looked at as a page of the sample is, by the test `look`, though no address opens it."""

    name: str
    why: str
    look: str


class Criterion(Struct):
    """A criterion, its result for the whole sample, and by what it was tried."""

    number: str
    title: str
    result: Result
    tool: tuple[str, ...] = ()
    tree: tuple[str, ...] = ()
    eye: str = ""
    note: str = ""
    pages: tuple[str, ...] = ()
    defect: str = ""
    unknown: str = ""
    instead: str = ""


class Theme(Struct):
    name: str
    criteria: tuple[Criterion, ...]


class Assessment(Struct):
    reference: str
    established: str
    updated: str
    technologies: tuple[str, ...]
    browsers: tuple[str, ...]
    tools: tuple[str, ...]
    exempt: tuple[str, ...]
    sample: tuple[SamplePage, ...]
    beside: tuple[Beside, ...]
    themes: tuple[Theme, ...]

    def all_criteria(self) -> Iterator[Criterion]:
        for theme in self.themes:
            yield from theme.criteria

    def with_result(self, result: str) -> list[Criterion]:
        return [one for one in self.all_criteria() if one.result == result]

    def seen_by(self, reader: str) -> list[SamplePage]:
        return [one for one in self.sample if one.reader == reader]


@cache
def assessment() -> Assessment:
    return from_json(Assessment, cast("dict[str, object]", tomllib.loads(FILE.read_text("utf-8"))))
