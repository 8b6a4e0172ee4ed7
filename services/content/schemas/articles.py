"""Declared calls about news, activities and practical information. An article is answered as the document that content
checked when it was published: what its kind and its author gave it besides a title."""

from services.chassis.contracts import Json, Query, checked
from services.chassis.french_fields import Text, Whole, one_of
from services.chassis.structs import Struct


class Home(Struct):
    """The latest news that the actor may read; for account holders the highlighted one, and how many are theirs alone."""

    news: tuple[Json, ...]
    highlighted: Json | None = None
    private_news: int = 0


class ReadHome(Query[Home], method="home"):
    pass


class Category(Struct):
    """`count`: how many articles of it the actor may read."""

    slug: str
    label: str
    count: int = 0


class Articles(Struct):
    items: tuple[Json, ...]
    total: int
    page: int
    pages: int
    categories: tuple[Category, ...]


class ListArticles(Query[Articles]):
    """A page of what the actor may read, of all categories unless one is named; `audience`: "public" or "account" alone."""

    category: str | None = checked(Text(load_default=None, allow_none=True), default=None)
    audience: str | None = checked(
        Text(load_default=None, allow_none=True, checks=[one_of({"public", "account"})]), default=None
    )
    page: int = checked(Whole(least=1, most=10000, load_default=1), default=1)


class ListNews(ListArticles, method="news"):
    pass


class ListActivities(ListArticles, method="activities"):
    pass


class ListPracticalInfo(ListArticles, method="practical"):
    pass


class ReadArticle(Query[Json]):
    """One article with its text as HTML; refused without a word of it where it is for account holders only."""

    slug: str = checked(Text(required=True))


class ReadNews(ReadArticle, method="news_item"):
    pass


class ReadActivity(ReadArticle, method="activity"):
    pass


class ReadPracticalInfo(ReadArticle, method="practical_item"):
    pass


class FoundArticle(Struct):
    """`kind`: "news", "activities" or "practical_info"."""

    kind: str
    slug: str
    title: str
    summary: str
    audience: str
    category_label: str
    rank: float


class FoundArticles(Struct):
    """The best first. `suggestion`: the words as they were read where nothing has them; `partial`: nothing has them all."""

    items: tuple[FoundArticle, ...]
    total: int
    partial: bool
    suggestion: str | None = None


class FindArticles(Query[FoundArticles], method="find"):
    """What the actor may read of news, activities and practical information that has these words."""

    q: str = checked(Text(required=True, blank=True))
    limit: int = checked(Whole(least=1, most=100, required=True))
