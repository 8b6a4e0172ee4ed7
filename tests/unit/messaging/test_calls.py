"""What a call to messaging refuses at the border, with the field's name."""

from typing import Any
from uuid import uuid4

import pytest
from marshmallow import ValidationError

from services.chassis.contracts import RemoteCall, schema_of
from services.messaging.schemas.exchanges import AddExchange, ImportExchanges, ListExchanges, OpenExchange
from services.messaging.schemas.letters import DeliverLetter, ListLetters
from services.messaging.schemas.mails import TryMail

IMPORTED = {"request_id": str(uuid4()), "side": "town", "at": "2026-11-01T09:00:00Z", "text": "Bonjour."}


@pytest.mark.parametrize(
    ("asked", "body", "field", "sentence"),
    [
        (ListExchanges, {}, "grant", "Cette information manque."),
        (OpenExchange, {"grant": "g", "exchange_id": "3"}, "exchange_id", "Il faut un identifiant."),
        (AddExchange, {"grant": "g"}, "text", "Cette information manque."),
        (AddExchange, {"grant": "g", "text": "Oui", "seen": "3"}, "seen", "Il faut un identifiant."),
        (ListLetters, {"page": 0}, "page", "Il faut au moins 1."),
        (ImportExchanges, {}, "exchanges", "Cette information manque."),
    ],
)
def test_an_argument_that_does_not_fit(
    asked: type[RemoteCall[Any]], body: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        schema_of(asked).load(body)
    assert refused.value.normalized_messages()[field] == [sentence]


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (DeliverLetter, {"grant": "g", "letter_id": str(uuid4()), "way": "eaten"}),
        (TryMail, {"recipient": "pas une adresse"}),
        (ImportExchanges, {"exchanges": [IMPORTED | {"side": "both"}]}),
        (ImportExchanges, {"exchanges": [IMPORTED | {"at": "2026-11-01T09:00:00"}]}),
    ],
)
def test_a_value_that_is_none_of_those_expected(asked: type[RemoteCall[Any]], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schema_of(asked).load(body)
