"""The content process: what the town publishes. Each call is one use case or one query."""

import hashlib
import hmac
from typing import ClassVar

from services.chassis.calls import Call
from services.chassis.contracts import Done, Json
from services.chassis.process.providers import Clocks, Configured, Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc, woken
from services.content import reactions
from services.content.articles import own_news, pictures
from services.content.articles.rows import next_change_in
from services.content.partners import partner_sites
from services.content.partners import views as partner_spaces
from services.content.polls.use_cases import vote as count_vote
from services.content.publication import use_cases
from services.content.reading import views
from services.content.schemas import articles
from services.content.schemas import own_data as held
from services.content.schemas import own_news as own
from services.content.schemas import partner_spaces as spaces
from services.content.schemas import polls as voting
from services.content.schemas.files import CheckContent, ImportContent
from services.content.schemas.pictures import Picture, ReadPicture

__all__ = ["ContentService", "reactions"]


class ContentService:
    name: ClassVar[str] = "content"
    store = provided(Stores())
    clock = provided(Clocks())
    settings = provided(Configured())

    # --- news, activities, practical information

    @declared_rpc(articles.ReadHome)
    def home(self, call: Call, asked: articles.ReadHome) -> articles.Home:
        with self.store.read() as conn:
            return views.home(conn, call.actor, self.clock.now())

    @declared_rpc(articles.ListNews)
    def news(self, call: Call, asked: articles.ListNews) -> articles.Articles:
        return self._articles("news", call, asked)

    @declared_rpc(articles.ReadNews)
    def news_item(self, call: Call, asked: articles.ReadNews) -> Json:
        return self._article("news", call, asked)

    @declared_rpc(ReadPicture)
    def read_picture(self, call: Call, asked: ReadPicture) -> Picture:
        with self.store.read() as conn:
            return pictures.read_picture(conn, asked.slug, call.actor, self.clock.now())

    @declared_rpc(own.ListOwnNews)
    def list_own_news(self, call: Call, asked: own.ListOwnNews) -> own.OwnNews:
        with self.store.viewing(call.actor) as tx:
            return own_news.list_own_news(tx, call.actor, asked)

    @declared_rpc(own.MarkNewsRead)
    def mark_news_read(self, call: Call, asked: own.MarkNewsRead) -> Done:
        return self.store.run_declared(call, Done, lambda tx: own_news.mark_news_read(tx, asked))

    @declared_rpc(held.ReadOpenedNews)
    def read_opened_news(self, call: Call, asked: held.ReadOpenedNews) -> held.OpenedNews:
        with self.store.reading() as tx:
            return own_news.read_opened_news(tx, call.actor, asked)

    @declared_rpc(articles.ListActivities)
    def activities(self, call: Call, asked: articles.ListActivities) -> articles.Articles:
        return self._articles("activities", call, asked)

    @declared_rpc(articles.ReadActivity)
    def activity(self, call: Call, asked: articles.ReadActivity) -> Json:
        return self._article("activities", call, asked)

    @declared_rpc(articles.ListPracticalInfo)
    def practical(self, call: Call, asked: articles.ListPracticalInfo) -> articles.Articles:
        return self._articles("practical_info", call, asked)

    @declared_rpc(articles.ReadPracticalInfo)
    def practical_item(self, call: Call, asked: articles.ReadPracticalInfo) -> Json:
        return self._article("practical_info", call, asked)

    @declared_rpc(articles.FindArticles)
    def find(self, call: Call, asked: articles.FindArticles) -> articles.FoundArticles:
        with self.store.read() as conn:
            return views.find(conn, asked, call.actor, self.clock.now())

    # --- polls

    @declared_rpc(voting.ListPolls)
    def polls(self, call: Call, asked: voting.ListPolls) -> voting.Polls:
        with self.store.read() as conn:
            return views.polls(conn, call.actor, self.clock.now(), self._voter_key(), asked.browser)

    @declared_rpc(voting.ReadPoll)
    def poll(self, call: Call, asked: voting.ReadPoll) -> voting.Poll:
        now, key = self.clock.now(), self._voter_key()
        with self.store.read() as conn:
            return views.poll(conn, asked.slug, call.actor, now, key, asked.browser)

    @declared_rpc(voting.Vote)
    def vote(self, call: Call, asked: voting.Vote) -> voting.VoteCounted:
        key, multiplier = self._voter_key(), self.settings.rate_limits
        return self.store.run_declared(
            call, voting.VoteCounted, lambda tx: count_vote(tx, asked, key, multiplier=multiplier)
        )

    # --- other spaces

    @declared_rpc(spaces.ListPartnerSpaces)
    def list_partner_spaces(self, call: Call, asked: spaces.ListPartnerSpaces) -> spaces.PartnerSpaces:
        with self.store.read() as conn:
            return partner_spaces.list_partner_spaces(conn, partner_sites.read(self.settings.partner_sites))

    @declared_rpc(spaces.FindPartnerConnection)
    def find_partner_connection(self, call: Call, asked: spaces.FindPartnerConnection) -> spaces.PartnerConnection:
        sites = partner_sites.read(self.settings.partner_sites)
        with self.store.read() as conn:
            return partner_spaces.find_connection(conn, asked.slug, call.actor, sites)

    # --- what editors do, and what time does

    @declared_rpc(CheckContent)
    def check_content(self, call: Call, asked: CheckContent) -> Json:
        with self.store.read() as conn:
            return use_cases.check_content(conn, call.actor, use_cases.files_of(asked))

    @declared_rpc(ImportContent)
    def import_content(self, call: Call, asked: ImportContent) -> Json:
        return self.store.run(call, lambda tx: use_cases.import_content(tx, use_cases.files_of(asked)))

    @woken(use_cases.CALENDAR, spaced=1, at_latest=60)
    def tell(self) -> float | None:
        """What can be read, answered, or no longer, since the last turn; in how many seconds that changes again."""
        seconds = self._next_change_in()
        if seconds != 0:
            return seconds
        with self.store.transaction() as tx:
            use_cases.tell(tx)
        return self._next_change_in()

    def _next_change_in(self) -> float | None:
        with self.store.read() as conn:
            return next_change_in(conn, self.clock.now())

    def _articles(self, kind: str, call: Call, asked: articles.ListArticles) -> articles.Articles:
        with self.store.read() as conn:
            return views.articles(conn, kind, asked, call.actor, self.clock.now())

    def _article(self, kind: str, call: Call, asked: articles.ReadArticle) -> Json:
        with self.store.read() as conn:
            return views.article(conn, kind, asked.slug, call.actor, self.clock.now())

    def _voter_key(self) -> bytes:
        return hmac.digest(self.settings.signing_key, b"content: voters", hashlib.sha256)
