"""Declared calls about the sample requests of a demonstration's people, as YAML reads them; for processes of ours alone."""

from marshmallow.fields import Raw

from services.chassis.contracts import Command, Done, Json, Query, checked
from services.chassis.french_fields import Listed, Named, Text
from services.chassis.structs import Struct
from services.documents.schemas.pieces import ImportedDocument
from services.messaging.schemas.exchanges import ImportedExchange
from services.requests.schemas.shapes import optional_text


def _agents() -> tuple[Json, ...] | None:
    return checked(Listed(Named(), load_default=None, allow_none=True), default=None)


class CheckSamples(Query[Done]):
    """Raises ImportRefused with all that `ImportSamples` would refuse of these citizens.

    `definitions`: of the town's procedures by slug, as they are to be published; None where they are not known.
    `people_are_right`: accounts refuses none of the citizens, so what is wrong with them is not said twice.
    """

    schema: str | None = optional_text()
    citizens: tuple[object, ...] = checked(Listed(Raw(), required=True))
    agents: tuple[Json, ...] | None = _agents()
    people_are_right: bool = True
    definitions: dict[str, Json] | None = checked(
        Named(keys=Text(), values=Named(), load_default=None, allow_none=True), default=None
    )


class SamplesImported(Struct):
    """`requests`: ids by reference; what messaging and documents import beside them."""

    requests: dict[str, str]
    exchanges: tuple[ImportedExchange, ...]
    documents: tuple[ImportedDocument, ...]


class ImportSamples(Command[SamplesImported]):
    """The people of a town's file (`accounts.yaml`) with the requests of their past, and the agents who took them."""

    schema: str | None = optional_text()
    citizens: tuple[Json, ...] = checked(Listed(Named(), required=True))
    agents: tuple[Json, ...] | None = _agents()
