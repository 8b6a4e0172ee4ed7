"""A field type that a town may write is drawn by a template, described by the API and shown by the demonstration.

That each reader of answers decides it is for the type checker: their `match` ends in `assert_never`."""

import re
from datetime import date
from pathlib import Path

import pytest

from gateway.pages.components.controls import control
from services.procedures.schemas.definitions.forms import Field, FieldType
from services.townhall.lengths import LONGEST
from services.townhall.missing import SENTENCES
from tests.structure.lasting.everything import gateway
from tests.support import published

TEMPLATE = Path("gateway/pages/templates/components/field.html")
ANSWERED = [kind for kind in FieldType if kind is not FieldType.FILES]
"""Files are drawn with the pieces (`components/uploader.html`)."""


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_field_of_each_type_is_drawn(kind: FieldType) -> None:
    drawn = control(
        Field(name="q", label="Q", type=kind, required=False), None, errors={}, today=date(2026, 11, 24)
    ).kind

    assert drawn in re.findall(r"""["'](\w+)["']""", TEMPLATE.read_text("utf-8"))


def test_types_answered_in_words_alone_have_a_longest_answer() -> None:
    assert {*LONGEST} == {FieldType.TEXT, FieldType.LONGTEXT} <= {*ANSWERED} - {*SENTENCES}


def test_the_api_describes_a_field_of_each_type() -> None:
    schemas = gateway().test_client().get("/api/v1/openapi.json").get_json()["components"]["schemas"]

    assert schemas["Procedure"]["properties"]["definition"] == {"$ref": "#/components/schemas/Definition"}
    assert schemas["Definition"]["properties"]["fields"]["items"] == {"$ref": "#/components/schemas/DefinedField"}
    assert schemas["DefinedField"]["properties"]["type"]["enum"] == list(FieldType)


def test_the_demonstration_has_a_field_of_each_type() -> None:
    assert {field.type for slug in published.slugs() for field in published.procedure(slug).fields} == set(FieldType)
