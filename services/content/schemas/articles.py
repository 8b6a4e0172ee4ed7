"""Declared calls about news, activities and practical information."""

from services.chassis.contracts import Query, checked, if_given
from services.chassis.french_fields import Text, Whole, one_of
from services.chassis.structs import Struct
from services.content.schemas.pictures import HomePicture


class ArticleCategory(Struct):
    slug: str
    label: str


class Contact(Struct):
    label: str
    phone: str = if_given("")
    email: str = if_given("")


class Article(Struct):
    """What every kind has; of news `published`, of activities `organiser` to `registration`, of practical information `updated`
    to `contacts`. Days are ISO 8601 in UTC.

    `html`: of one that is read alone; `picture`: a mark that changes with its bytes, its widths and height as of HomePicture;
    `site`: of the town, that it is about;
    `partner_space_title`: None where the town has no such space.
    """

    html: str = if_given("")
    slug: str
    title: str
    summary: str
    audience: str
    highlighted: bool = False
    picture: str | None = None
    category: ArticleCategory
    published: str = if_given("")
    expires: str = if_given("")
    image: str = if_given("")
    image_alt: str = if_given("")
    picture_widths: tuple[int, ...] = if_given(())
    picture_height: int = if_given(0)
    organiser: str = if_given("")
    place: str = if_given("")
    schedule: str = if_given("")
    starts: str = if_given("")
    ends: str = if_given("")
    ages: str = if_given("")
    price: str = if_given("")
    contact: str = if_given("")
    registration: str = if_given("")
    updated: str = if_given("")
    site: str = if_given("")
    contacts: tuple[Contact, ...] | None = if_given(None)
    related_procedure: str = if_given("")
    related_poll: str = if_given("")
    related_partner_space: str = if_given("")
    partner_space_title: str | None = if_given("")


class Home(Struct):
    """The latest news that the actor may read; for account holders the highlighted one, and how many are theirs alone; the
    picture of the town, where it gave one."""

    news: tuple[Article, ...]
    highlighted: Article | None = None
    private_news: int = 0
    picture: HomePicture | None = None


class ReadHome(Query[Home], method="home"):
    pass


class Category(ArticleCategory):
    """`count`: how many articles of it the actor may read."""

    count: int = 0


class Articles(Struct):
    items: tuple[Article, ...]
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


class ReadArticle(Query[Article]):
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
