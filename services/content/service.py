"""The content process: what the town publishes. Each call is one use case or one query."""

from functools import partial
from typing import ClassVar

from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import answers, done, once, viewing, woken
from services.content import reactions
from services.content.articles import own_news, views as article_views
from services.content.articles.rows import next_change_in
from services.content.partners import views as partner_spaces
from services.content.polls import use_cases as polling
from services.content.publication import use_cases
from services.content.reading import views
from services.content.schemas import (
    articles,
    own_news as own,
    partner_spaces as spaces,
    pictures,
    polls as voting,
    town_map as maps,
)
from services.content.schemas.files import CheckContent, ImportContent
from services.content.schemas.own_data import ReadOpenedNews
from services.content.town_map import use_cases as map_use_cases, views as map_views

__all__ = ["ContentService", "reactions"]


class ContentService:
    name: ClassVar[str] = "content"
    store = provided(Stores())

    # --- news, activities, practical information

    home = answers(articles.ReadHome, viewing(views.home))
    news = answers(articles.ListNews, viewing(partial(views.articles, "news")))
    news_item = answers(articles.ReadNews, viewing(partial(views.article, "news")))
    read_picture = answers(pictures.ReadPicture, viewing(partial(article_views.read_picture, "news")))
    read_activity_picture = answers(
        pictures.ReadActivityPicture, viewing(partial(article_views.read_picture, "activities"))
    )
    read_practical_info_picture = answers(
        pictures.ReadPracticalInfoPicture, viewing(partial(article_views.read_picture, "practical_info"))
    )
    read_home_picture = answers(pictures.ReadHomePicture, viewing(views.home_picture))
    list_own_news = answers(own.ListOwnNews, viewing(article_views.list_own_news))
    mark_news_read = answers(own.MarkNewsRead, once(done(own_news.mark_news_read)))
    read_opened_news = answers(ReadOpenedNews, viewing(article_views.read_opened_news))
    activities = answers(articles.ListActivities, viewing(partial(views.articles, "activities")))
    activity = answers(articles.ReadActivity, viewing(partial(views.article, "activities")))
    practical = answers(articles.ListPracticalInfo, viewing(partial(views.articles, "practical_info")))
    practical_item = answers(articles.ReadPracticalInfo, viewing(partial(views.article, "practical_info")))
    find = answers(articles.FindArticles, viewing(views.find))

    # --- polls

    polls = answers(voting.ListPolls, viewing(views.polls))
    poll = answers(voting.ReadPoll, viewing(views.poll))
    read_poll_picture = answers(pictures.ReadPollPicture, viewing(views.poll_picture))
    vote = answers(voting.Vote, once(polling.vote))

    # --- other spaces

    list_partner_spaces = answers(spaces.ListPartnerSpaces, viewing(partner_spaces.list_partner_spaces))
    find_partner_connection = answers(spaces.FindPartnerConnection, viewing(partner_spaces.find_connection))

    # --- the town's map

    read_town_map = answers(maps.ReadTownMap, viewing(map_views.town_map))
    read_map_tile = answers(maps.ReadMapTile, viewing(map_views.map_tile))
    keep_map_tiles = answers(maps.KeepMapTiles, once(done(map_use_cases.keep_map_tiles)))
    publish_town_map = answers(maps.PublishTownMap, once(done(map_use_cases.publish_town_map)))

    # --- what editors do, and what time does

    check_content = answers(CheckContent, viewing(use_cases.check_content))
    import_content = answers(ImportContent, use_cases.import_content)

    @woken(use_cases.CALENDAR, spaced=1, at_latest=60)
    def tell(self) -> float | None:
        """What can be read, answered, or no longer, since the last turn; in how many seconds that changes again."""
        with self.store.transaction() as tx:
            if next_change_in(tx.conn, tx.now) == 0:
                use_cases.publish_changes(tx)
        with self.store.read() as conn:
            return next_change_in(conn, self.store.clock.now())
