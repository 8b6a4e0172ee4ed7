"""What a call to documents refuses at the border, with the field's name."""

from typing import Any

import pytest
from marshmallow import ValidationError

from services.chassis.contracts import RemoteCall, schema_of
from services.documents.schemas.looks import ListLooks, ListRequestLooks
from services.documents.schemas.pieces import BeginUpload, FinishUpload, Freeze, ImportDocuments, ListDraftDocuments

UPLOAD = {"grant": "g", "piece": "cni", "filename": "a.pdf", "size": 10}
SEEN = {"grant": "g", "at_most": 50}


@pytest.mark.parametrize(
    ("asked", "body", "field", "sentence"),
    [
        (ListDraftDocuments, {}, "grant", "Cette information manque."),
        (BeginUpload, UPLOAD | {"size": "10"}, "size", "Il faut un nombre entier."),
        (
            BeginUpload,
            UPLOAD | {"filename": "a" * 4097},
            "filename",
            "Ce nom de fichier est trop long : renommez le fichier.",
        ),
        (BeginUpload, UPLOAD | {"document_id": "3"}, "document_id", "Cet identifiant n’est pas valable."),
        (FinishUpload, {"grant": "g", "file_id": "3"}, "file_id", "Il faut un identifiant."),
        (Freeze, {"grant": "g", "pieces": "cni"}, "pieces", "Il faut une liste."),
        (
            ListRequestLooks,
            SEEN | {"before_at": "hier"},
            "before_at",
            "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00.",
        ),
        (
            ListLooks,
            {"at_most": 50, "day": "0001-01-01"},
            "day",
            "Indiquez un jour du calendrier, par exemple 2026-12-01.",
        ),
        (ImportDocuments, {}, "documents", "Cette information manque."),
    ],
)
def test_an_argument_that_does_not_fit(
    asked: type[RemoteCall[Any]], body: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        schema_of(asked).load(body)
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in refused.value.normalized_messages()[field]] == [sentence]
