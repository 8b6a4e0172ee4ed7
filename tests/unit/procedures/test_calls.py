"""What a call to procedures refuses at the border, and what its caller refuses of an answer: with the field's name."""

from typing import Any

import pytest
from marshmallow import ValidationError

from services.chassis.contracts import Misfit, RemoteCall, from_json, schema_of
from services.procedures.schemas.catalogue import ReadProcedure, ReadPublished, SearchCatalogue
from services.procedures.schemas.town_files import ImportTown


@pytest.mark.parametrize(
    ("asked", "body", "field", "sentence"),
    [
        (SearchCatalogue, {"page": 0}, "page", "Il faut au moins 1."),
        (SearchCatalogue, {"per_page": 101}, "per_page", "Il faut au plus 100."),
        (SearchCatalogue, {"area": " "}, "area", "Ce texte est vide."),
        (SearchCatalogue, {"featured": "oui"}, "featured", "Il faut true ou false."),
        (ReadProcedure, {}, "slug", "Cette information manque."),
        (ReadProcedure, {"slug": "s", "version": "1"}, "version", "Il faut un nombre entier."),
        (ImportTown, {"withdraw_absent": 1}, "withdraw_absent", "Il faut true ou false."),
    ],
)
def test_an_argument_that_does_not_fit(
    asked: type[RemoteCall[Any]], body: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        schema_of(asked).load(body)
    assert refused.value.normalized_messages()[field] == [sentence]


def test_a_version_that_is_no_number_is_refused_by_its_reader() -> None:
    with pytest.raises(Misfit) as refused:
        from_json(ReadPublished.answer(), {"town": "1", "procedures": {}, "agendas": {}})
    assert refused.value.paths == ("town",)
