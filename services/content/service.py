"""The content process: what the town publishes. Each call is one use case or one query."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import Json
from services.chassis.event_store.db import Rows
from services.chassis.event_store.store import Store
from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import answers, declared_rpc, once, viewing, woken
from services.content import reactions
from services.content.articles import own_news, pictures
from services.content.articles.rows import next_change_in
from services.content.partners import partner_sites, views as partner_spaces
from services.content.polls.use_cases import vote as count_vote
from services.content.publication import use_cases
from services.content.reading import views
from services.content.schemas import (
    articles,
    own_data as held,
    own_news as own,
    partner_spaces as spaces,
    polls as voting,
)
from services.content.schemas.files import CheckContent, ImportContent
from services.content.schemas.pictures import ReadPicture

__all__ = ["ContentService", "reactions"]


A = TypeVar("A")
C = TypeVar("C")


def reading_as(view: Callable[[Rows, C, Actor, datetime], A]) -> Callable[[Store, Call, C], A]:
    """A query for `answers`, of a function that reads what the actor may know at the moment."""

    def act(store: Store, call: Call, asked: C) -> A:
        with store.read() as conn:
            return view(conn, asked, call.actor, store.clock.now())

    return act


def listed(kind: str) -> Callable[[Rows, articles.ListArticles, Actor, datetime], articles.Articles]:
    return lambda conn, asked, actor, now: views.articles(conn, kind, asked, actor, now)


def one_of(kind: str) -> Callable[[Rows, articles.ReadArticle, Actor, datetime], Json]:
    return lambda conn, asked, actor, now: views.article(conn, kind, asked, actor, now)


class ContentService:
    name: ClassVar[str] = "content"
    store = provided(Stores())

    # --- news, activities, practical information

    home = answers(articles.ReadHome, reading_as(views.home))
    news = answers(articles.ListNews, reading_as(listed("news")))
    news_item = answers(articles.ReadNews, reading_as(one_of("news")))
    read_picture = answers(ReadPicture, reading_as(pictures.read_picture))
    list_own_news = answers(own.ListOwnNews, viewing(own_news.list_own_news))
    mark_news_read = answers(own.MarkNewsRead, once(own_news.mark_news_read))
    read_opened_news = answers(held.ReadOpenedNews, viewing(own_news.read_opened_news))
    activities = answers(articles.ListActivities, reading_as(listed("activities")))
    activity = answers(articles.ReadActivity, reading_as(one_of("activities")))
    practical = answers(articles.ListPracticalInfo, reading_as(listed("practical_info")))
    practical_item = answers(articles.ReadPracticalInfo, reading_as(one_of("practical_info")))
    find = answers(articles.FindArticles, reading_as(views.find))

    # --- polls

    @declared_rpc(voting.ListPolls)
    def polls(self, call: Call, asked: voting.ListPolls) -> voting.Polls:
        with self.store.read() as conn:
            return views.polls(conn, call.actor, self.store.clock.now(), self._voter_key(), asked.browser)

    @declared_rpc(voting.ReadPoll)
    def poll(self, call: Call, asked: voting.ReadPoll) -> voting.Poll:
        now, key = self.store.clock.now(), self._voter_key()
        with self.store.read() as conn:
            return views.poll(conn, asked.slug, call.actor, now, key, asked.browser)

    @declared_rpc(voting.Vote)
    def vote(self, call: Call, asked: voting.Vote) -> voting.VoteCounted:
        key, multiplier = self._voter_key(), self.store.settings.rate_limits
        return self.store.run_declared(
            call, voting.VoteCounted, lambda tx: count_vote(tx, asked, key, multiplier=multiplier)
        )

    # --- other spaces

    @declared_rpc(spaces.ListPartnerSpaces)
    def list_partner_spaces(self, call: Call, asked: spaces.ListPartnerSpaces) -> spaces.PartnerSpaces:
        with self.store.read() as conn:
            return partner_spaces.list_partner_spaces(conn, partner_sites.read(self.store.settings.partner_sites))

    @declared_rpc(spaces.FindPartnerConnection)
    def find_partner_connection(self, call: Call, asked: spaces.FindPartnerConnection) -> spaces.PartnerConnection:
        sites = partner_sites.read(self.store.settings.partner_sites)
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
            return next_change_in(conn, self.store.clock.now())

    def _voter_key(self) -> bytes:
        return hmac.digest(self.store.settings.signing_key, b"content: voters", hashlib.sha256)
