"""What the town publishes; private items only come to account holders."""

from gateway.clients.link import ANYONE, CommandId, Json, Link
from services.chassis.actors import Actor
from services.chassis.contracts import from_json
from services.content.schemas import own_news, pictures
from services.content.schemas.partner_spaces import ListPartnerSpaces, PartnerSpaces


class ContentClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def home(self, *, actor: Actor) -> Json:
        """The latest news that such an actor may read, and the highlighted one; Unavailable after a moment."""
        return self._link.glimpse("home", actor=actor)

    def news(self, *, category: str | None = None, audience: str | None = None, page: int | None = None) -> Json:
        """`audience`: "public" or "account" alone, all that the actor may read without it."""
        return self._link.ask("news", category=category, audience=audience, page=page)

    def news_item(self, slug: str) -> Json:
        return self._link.ask("news_item", slug=slug)

    def read_picture(self, slug: str) -> pictures.Picture:
        """The picture of an article that the actor may read; NotFound where it has none."""
        return self._link.send(pictures.ReadPicture(slug=slug))

    def list_own_news(self, *, category: str = "", page: int = 1) -> own_news.OwnNews:
        """The private news, each with whether the actor has opened it."""
        return self._link.send(own_news.ListOwnNews(category=category, page=page))

    def mark_news_read(self, slug: str, *, command_id: CommandId) -> None:
        self._link.send(own_news.MarkNewsRead(slug=slug), command_id=command_id)

    def activities(self, *, category: str | None = None, page: int | None = None) -> Json:
        return self._link.ask("activities", category=category, page=page)

    def activity(self, slug: str) -> Json:
        return self._link.ask("activity", slug=slug)

    def practical(self, *, category: str | None = None, page: int | None = None) -> Json:
        return self._link.ask("practical", category=category, page=page)

    def practical_item(self, slug: str) -> Json:
        return self._link.ask("practical_item", slug=slug)

    def find(self, q: str, limit: int) -> Json:
        """The best of news, activities and practical information, as procedures answers a search."""
        return self._link.ask("find", q=q, limit=limit)

    def polls(self, *, browser: str | None = None) -> Json:
        """`browser`: the name under which this browser answers; what was answered there counts as answered."""
        return self._link.ask("polls", browser=browser)

    def poll(self, slug: str, *, browser: str) -> Json:
        return self._link.ask("poll", slug=slug, browser=browser)

    def vote(self, slug: str, answers: Json, *, browser: str, code_given: bool = False, command_id: CommandId) -> Json:
        """`answers`: by name of question. Refused as `security_code_required` above the share of the address, until
        `code_given` says that accounts has taken a security code for it."""
        return self._link.ask(
            "vote",
            command_id=command_id,
            slug=slug,
            answers=answers,
            browser=browser,
            address_seen=self._link.address(),
            code_given=code_given or None,
        )

    def list_partner_spaces(self, *, brief: bool = False) -> PartnerSpaces:
        """The same for everybody. `brief`: Unavailable after a moment."""
        answer = self._link.question(brief=brief)(ListPartnerSpaces.method(), actor=ANYONE)
        return from_json(PartnerSpaces, answer)
