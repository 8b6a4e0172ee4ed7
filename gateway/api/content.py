"""What the town publishes."""

import uuid

from flask import Response

from gateway.api.bodies import call_of
from gateway.api.operations import Operations
from gateway.api.schemas import content as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.files import downloads
from gateway.permissions import CITIZEN, PUBLIC
from gateway.sessions.identity import current_identity
from gateway.shared import map_tiles
from gateway.shared.security_code_retry import with_code
from services.content.schemas import articles, own_news, pictures, polls, town_map

content = Operations("content", "Actualités, activités, informations pratiques, sondages.")

content.get("/news", permission=PUBLIC, query=schemas.NewsQuery, returns=schemas.Items, refuses=(401, 404)).sends(
    articles.ListNews,
    "Les actualités ; les privées seulement pour qui est connecté, et seules avec `audience=account`.",
)
content.get("/news/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,)).sends(
    articles.ReadNews, "Une actualité."
)
content.get(
    "/news/<slug:slug>/image", permission=PUBLIC, query=schemas.PictureQuery, media_type="image/*", refuses=(401,)
).sends(
    pictures.ReadPicture,
    "L’image d’une actualité ; `image_alt` dit ce qu’elle montre.",
    name="picture",
    shown=downloads.picture,
)
content.post("/news/<slug:slug>/read", permission=CITIZEN).sends(
    own_news.MarkNewsRead, "Marque une actualité privée comme lue ; sans effet pour une actualité publique."
)
content.get("/profile/news", permission=CITIZEN, query=schemas.ContentQuery, refuses=(404,)).sends(
    own_news.ListOwnNews, "« Mes actualités » : les actualités privées, avec celles qui restent à lire."
)
content.get("/activities", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,)).sends(
    articles.ListActivities, "Les activités de loisirs et de sport."
)
content.get("/activities/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,)).sends(
    articles.ReadActivity, "Une activité."
)
content.get(
    "/activities/<slug:slug>/image", permission=PUBLIC, query=schemas.PictureQuery, media_type="image/*", refuses=(401,)
).sends(pictures.ReadActivityPicture, "L’image d’une activité, s’il y en a une.", shown=downloads.picture)
content.get(
    "/practical-info", permission=PUBLIC, query=schemas.ContentQuery, returns=schemas.Items, refuses=(404,)
).sends(articles.ListPracticalInfo, "Les informations pratiques.")
content.get("/practical-info/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,)).sends(
    articles.ReadPracticalInfo, "Une information pratique."
)
content.get(
    "/practical-info/<slug:slug>/image",
    permission=PUBLIC,
    query=schemas.PictureQuery,
    media_type="image/*",
    refuses=(401,),
).sends(
    pictures.ReadPracticalInfoPicture, "L’image d’une information pratique, s’il y en a une.", shown=downloads.picture
)
content.get("/home/image", permission=PUBLIC, query=schemas.PictureQuery, media_type="image/*", refuses=(404,)).sends(
    pictures.ReadHomePicture, "L’image de la commune, à l’accueil du portail, s’il y en a une.", shown=downloads.picture
)
content.get("/town/map", permission=PUBLIC, refuses=(404,)).sends(
    town_map.ReadTownMap,
    "Le plan de la commune, s’il y en a un : son nom, qui change avec ses tuiles, et ses échelles.",
)


@content.get(
    "/town/map/<slug:plan>/<int:zoom>/<int:x>/<int:y>", permission=PUBLIC, media_type="image/*", refuses=(404,)
)
def map_tile(plan: str, zoom: int, x: int, y: int) -> Response:
    """Une tuile du plan, numérotée comme sur le web : `x` vers l’est, `y` vers le sud."""
    return downloads.tile(map_tiles.tile(plan, zoom, x, y))


content.get("/polls", permission=PUBLIC, returns=schemas.Items).sends(polls.ListPolls, "Les sondages.")
content.get("/polls/<slug:slug>", permission=PUBLIC, returns=schemas.Item, refuses=(401,)).sends(
    polls.ReadPoll, "Un sondage et, une fois clos, ses résultats."
)

content.get(
    "/polls/<slug:slug>/image", permission=PUBLIC, query=schemas.PictureQuery, media_type="image/*", refuses=(401,)
).sends(pictures.ReadPollPicture, "L’image d’un sondage, s’il y en a une.", shown=downloads.picture)


@content.post("/polls/<slug:slug>/votes", permission=PUBLIC, body=schemas.Vote, status=204, command=True)
def vote(slug: str, body: Json, command_id: uuid.UUID) -> None:
    """Donne son avis, une fois par compte ou par navigateur ; rien ne garde le lien avec la réponse.

    De quelques visiteurs qui répondent depuis une même adresse, le suivant est refusé (422, `security_code_required`) jusqu’à
    ce qu’il donne aussi `captcha`.
    """
    current_identity().lasting_visitor()

    def cast(code_given: bool) -> polls.VoteCounted:
        asked = call_of(polls.Vote, {"slug": slug, "answers": body["answers"], "code_given": code_given})
        return clients().send(asked, command_id=command_id)

    with_code(cast, body.get("captcha"), command_id=command_id)
    current_identity().lasting_voter()
