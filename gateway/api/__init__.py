"""The JSON API under /api/v1: the pages' acts for programs, by the same services and the same rules."""

from typing import cast

import flask_smorest
from flask import Flask
from werkzeug.routing import BaseConverter

from gateway.api import documents
from gateway.api.fields import NUMBER, SLUG, VALUE_SCHEMA, VALUES_SCHEMA, document_object
from gateway.api.operations import PROBLEM_SCHEMA, Operations, problem_responses
from gateway.api.schemas.common import APPLICANT_ALWAYS
from gateway.clients import Clients
from gateway.routes import served_in
from gateway.sessions.identity import IDEMPOTENCY_HEADER, TRACKING_HEADER
from services.townhall.untyped import entry

VERSION = "1.0.0"


class NumberConverter(BaseConverter):
    """The number of a request, as it is printed on the receipt."""

    regex = NUMBER.strip("^$")


class SlugConverter(BaseConverter):
    regex = SLUG.strip("^$")


class PortalApi(flask_smorest.Api):
    """flask-smorest for routes and document; refusals stay with gateway/errors.py."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Registers none: one table of refusals serves pages and API."""


def install(app: Flask) -> None:
    app.url_map.converters.update(number=NumberConverter, slug=SlugConverter)
    app.config.from_mapping(API_TITLE="Parvis", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = PortalApi(
        app, spec_kwargs={"info": {"description": DESCRIPTION}, "servers": [{"url": f"{app.config['PUBLIC_URL']}"}]}
    )
    api.register_converter(NumberConverter, lambda _: {"type": "string", "pattern": NUMBER})
    api.register_converter(SlugConverter, lambda _: {"type": "string", "pattern": SLUG})
    components = api.spec.components
    components.schema("Problem", PROBLEM_SCHEMA)
    components.schema("Value", VALUE_SCHEMA)
    components.schema("Values", VALUES_SCHEMA)
    for name, response in problem_responses().items():
        components.response(name, response)
    for name, required in (("IdempotencyKey", False), ("IdempotencyKeyRequired", True)):
        components.parameter(name, "header", idempotency_parameter(required))
    components.security_scheme(
        "session", {"type": "http", "scheme": "bearer", "description": "La session rendue par `POST /api/v1/sessions`."}
    )
    components.security_scheme(
        "tracking",
        {"type": "apiKey", "in": "header", "name": TRACKING_HEADER, "description": "Le jeton d’un lien de suivi."},
    )
    api.ma_plugin.converter.add_attribute_function(document_object)
    served = served_in(__path__, __name__, Operations)
    for blueprint in served:
        api.register_blueprint(blueprint)
    # flask-smorest names a tag after its blueprint; ours are prefixed, not to meet those of the pages
    tags = {blueprint.tag: blueprint.description for blueprint in served}
    document = api.spec.to_dict()
    by_kind = cast("dict[str, dict[str, dict[str, object]]]", document["components"])  # as registered above
    by_kind["schemas"]["Applicant"] |= APPLICANT_ALWAYS
    document["tags"] = [{"name": tag, "description": said} for tag, said in tags.items()]
    partners_url = f"{app.config['PARTNERS_AMQP_URL']}"
    events = documents.EventDocument(
        entry(app.extensions, "parvis.clients", Clients), version=VERSION, partners_url=partners_url
    )
    documents.install(app, document, tags, events)


def idempotency_parameter(required: bool) -> dict[str, object]:
    return {
        "name": IDEMPOTENCY_HEADER,
        "required": required,
        "description": (
            "Choisi par l’appelant : la même clé donne la même réponse et aucun second effet. C’est un secret : pour qui n’a "
            "pas de session, elle seule ouvre le brouillon et rend le récépissé. Tirez-la au hasard (UUID version 4) pour "
            "chaque commande ; ne la déduisez d’aucune donnée, ne l’écrivez dans aucun journal."
        ),
        "schema": {"type": "string", "format": "uuid"},
    }


DESCRIPTION = """\
Les démarches de la commune pour les programmes : les mêmes règles que les pages, les mêmes refus.

Un refus est un `application/problem+json` (RFC 9457) : `code` est stable, `detail` est une phrase en français,
`fields` dit ce qui est à corriger champ par champ. Une commande portant un `Idempotency-Key` peut être répétée sans
second effet. Les instants sont en UTC (ISO 8601), les jours et heures affichés sont ceux de Paris.
"""
