"""What the town publishes."""

import uuid

from flask import Response

from gateway.api.operations import Operations
from gateway.api.schemas import content as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.files import downloads
from gateway.permissions import CITIZEN, PUBLIC
from gateway.sessions.identity import current_identity
from gateway.shared.vouching import with_code
from services.chassis.contracts import to_json

content = Operations("content", "Actualités, activités, informations pratiques, sondages.")


@content.get("/news", permission=PUBLIC, query=schemas.NewsQuery, returns=schemas.Items, refuses=(401, 404))
def news(query: Json) -> Json:
    """Les actualités ; les privées seulement pour qui est connecté, et seules avec `audience=account`."""
    return clients().content.news(**query)


@content.get("/news/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def news_item(slug: str) -> Json:
    """Une actualité."""
    return clients().content.news_item(slug)


@content.get("/news/<slug:slug>/image", permission=PUBLIC, media_type="image/*", refuses=(401,))
def picture(slug: str) -> Response:
    """L’image d’une actualité ; `image_alt` dit ce qu’elle montre."""
    return downloads.picture(clients().content.read_picture(slug))


@content.post("/news/<slug:slug>/read", permission=CITIZEN, status=204, command=True)
def mark_news_read(slug: str, command_id: uuid.UUID) -> None:
    """Marque une actualité privée comme lue ; sans effet pour une actualité publique."""
    clients().content.mark_news_read(slug, command_id=command_id)


@content.get("/profile/news", permission=CITIZEN, query=schemas.ContentQuery, returns=schemas.OwnNews, refuses=(404,))
def list_own_news(query: Json) -> Json:
    """« Mes actualités » : les actualités privées, avec celles qui restent à lire."""
    return to_json(clients().content.list_own_news(**query))


@content.get("/activities", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,))
def activities(query: Json) -> Json:
    """Les activités de loisirs et de sport."""
    return clients().content.activities(**query)


@content.get("/activities/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def activity(slug: str) -> Json:
    """Une activité."""
    return clients().content.activity(slug)


@content.get("/practical-info", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,))
def practical(query: Json) -> Json:
    """Les informations pratiques."""
    return clients().content.practical(**query)


@content.get("/practical-info/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def practical_item(slug: str) -> Json:
    """Une information pratique."""
    return clients().content.practical_item(slug)


@content.get("/polls", permission=PUBLIC, returns=schemas.Items)
def polls() -> Json:
    """Les sondages."""
    return clients().content.polls(browser=current_identity().voter())


@content.get("/polls/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def poll(slug: str) -> Json:
    """Un sondage et, une fois clos, ses résultats."""
    return clients().content.poll(slug, browser=current_identity().voter())


@content.post(
    "/polls/<slug:slug>/votes",
    permission=PUBLIC,
    body=schemas.Vote,
    status=204,
    command=True,
)
def vote(slug: str, body: Json, command_id: uuid.UUID) -> None:
    """Donne son avis, une fois par compte ou par navigateur ; rien ne garde le lien avec la réponse.

    De quelques visiteurs qui répondent depuis une même adresse, le suivant est refusé (422, `security_code_required`) jusqu’à
    ce qu’il donne aussi `captcha`.
    """
    identity = current_identity()
    identity.lasting_visitor()

    def cast(code_given: bool) -> Json:
        return clients().content.vote(
            slug, body["answers"], browser=identity.voter(), code_given=code_given, command_id=command_id
        )

    with_code(cast, body.get("captcha"), command_id=command_id)
    identity.lasting_voter()
