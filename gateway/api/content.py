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
from services.content.schemas import articles
from services.content.schemas.own_news import ListOwnNews, MarkNewsRead
from services.content.schemas.pictures import ReadPicture
from services.content.schemas.polls import ListPolls, ReadPoll, Vote, VoteCounted

content = Operations("content", "Actualités, activités, informations pratiques, sondages.")


@content.get("/news", permission=PUBLIC, query=schemas.NewsQuery, returns=schemas.Items, refuses=(401, 404))
def news(query: Json) -> Json:
    """Les actualités ; les privées seulement pour qui est connecté, et seules avec `audience=account`."""
    return to_json(clients().send(articles.ListNews(**query)))


@content.get("/news/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def news_item(slug: str) -> Json:
    """Une actualité."""
    return clients().send(articles.ReadNews(slug=slug))


@content.get("/news/<slug:slug>/image", permission=PUBLIC, media_type="image/*", refuses=(401,))
def picture(slug: str) -> Response:
    """L’image d’une actualité ; `image_alt` dit ce qu’elle montre."""
    return downloads.picture(clients().send(ReadPicture(slug=slug)))


@content.post("/news/<slug:slug>/read", permission=CITIZEN, status=204, command=True)
def mark_news_read(slug: str, command_id: uuid.UUID) -> None:
    """Marque une actualité privée comme lue ; sans effet pour une actualité publique."""
    clients().send(MarkNewsRead(slug=slug), command_id=command_id)


@content.get("/profile/news", permission=CITIZEN, query=schemas.ContentQuery, returns=schemas.OwnNews, refuses=(404,))
def list_own_news(query: Json) -> Json:
    """« Mes actualités » : les actualités privées, avec celles qui restent à lire."""
    return to_json(clients().send(ListOwnNews(**query)))


@content.get("/activities", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,))
def activities(query: Json) -> Json:
    """Les activités de loisirs et de sport."""
    return to_json(clients().send(articles.ListActivities(**query)))


@content.get("/activities/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def activity(slug: str) -> Json:
    """Une activité."""
    return clients().send(articles.ReadActivity(slug=slug))


@content.get("/practical-info", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,))
def practical(query: Json) -> Json:
    """Les informations pratiques."""
    return to_json(clients().send(articles.ListPracticalInfo(**query)))


@content.get("/practical-info/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def practical_item(slug: str) -> Json:
    """Une information pratique."""
    return clients().send(articles.ReadPracticalInfo(slug=slug))


@content.get("/polls", permission=PUBLIC, returns=schemas.Items)
def polls() -> Json:
    """Les sondages."""
    return to_json(clients().send(ListPolls(browser=current_identity().voter())))


@content.get("/polls/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,))
def poll(slug: str) -> Json:
    """Un sondage et, une fois clos, ses résultats."""
    return to_json(clients().send(ReadPoll(slug=slug, browser=current_identity().voter())))


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

    def cast(code_given: bool) -> VoteCounted:
        asked = Vote(
            slug=slug,
            answers=body["answers"],
            browser=identity.voter(),
            address_seen=clients().address(),
            code_given=code_given,
        )
        return clients().send(asked, command_id=command_id)

    with_code(cast, body.get("captcha"), command_id=command_id)
    identity.lasting_voter()
