"""What a call to content refuses at the border, with the field's name."""

from typing import Any

import pytest
from marshmallow import ValidationError

from services.chassis.contracts import RemoteCall, from_json, schema_of
from services.content.schemas.articles import FindArticles, ListNews, ReadActivity
from services.content.schemas.files import CheckContent, ImportContent
from services.content.schemas.polls import Vote


@pytest.mark.parametrize(
    ("asked", "body", "field", "sentence"),
    [
        (ListNews, {"page": 0}, "page", "Il faut au moins 1."),
        (ListNews, {"category": " "}, "category", "Ce texte est vide."),
        (ReadActivity, {}, "slug", "Cette information manque."),
        (FindArticles, {"q": "", "limit": 101}, "limit", "Il faut au plus 100."),
        (Vote, {"slug": "s"}, "answers", "Cette information manque."),
        (Vote, {"slug": "s", "answers": []}, "answers", "Il faut une liste de noms et de valeurs."),
        (Vote, {"slug": "s", "answers": {}, "code_given": "oui"}, "code_given", "Il faut true ou false."),
        (ImportContent, {"news": []}, "news", "Il faut une liste de noms et de valeurs."),
    ],
)
def test_an_argument_that_does_not_fit(
    asked: type[RemoteCall[Any]], body: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        schema_of(asked).load(body)
    assert refused.value.normalized_messages()[field] == [sentence]


def test_a_file_that_is_not_given_is_not_in_what_is_remembered_of_the_import() -> None:
    assert schema_of(ImportContent).load({"news": {}}) == {"news": {}}
    assert from_json(CheckContent, {"news": {}}) == CheckContent(news={})
