"""Declared calls about the private news, as the holder of a space reads them: « Mes actualités »."""

from dataclasses import field

from services.chassis.contracts import Command, Done, Query, text
from services.chassis.french_fields import Whole
from services.chassis.structs import Struct
from services.content.schemas.articles import Category


class OwnNewsItem(Struct):
    """One article of the list. `published`: ISO 8601 in UTC; `image_alt`: what its picture shows; `picture`: a mark that
    changes with its bytes, "" where the town gave none; `picture_widths`: in which it can be had, the last as it was given,
    `picture_height` of that one."""

    slug: str
    title: str
    summary: str
    category: str
    category_label: str
    published: str
    image_alt: str
    highlighted: bool
    unread: bool
    picture: str = ""
    picture_widths: tuple[int, ...] = ()
    picture_height: int = 0


class OwnNews(Struct):
    """A page of private news, the newest first.

    `published`: how many can be read now, in all categories; `unread`: how many of these the reader has not opened;
    `total`: how many the category asked for has.
    """

    items: tuple[OwnNewsItem, ...]
    published: int
    unread: int
    total: int
    page: int
    pages: int
    categories: tuple[Category, ...]


class ListOwnNews(Query[OwnNews]):
    """All categories unless one is named; NoSuchItem for a category that there is not. Citizens alone may ask."""

    category: str = text()
    page: int = field(default=1, metadata={"field": Whole(least=1, most=10_000, load_default=1)})


class MarkNewsRead(Command[Done]):
    """The citizen who asks has opened this article. Asked twice, or of an article for everyone, it changes nothing."""

    slug: str = text(required=True)
