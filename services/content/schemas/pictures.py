"""The declared call for the picture of an article."""

from dataclasses import dataclass

from services.chassis.contracts import Query, text


@dataclass(frozen=True, kw_only=True)
class Picture:
    """`content`: in base64; `public`: whether visitors may see it."""

    type: str
    content: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class ReadPicture(Query[Picture]):
    """Of an article that the actor may read; NoSuchItem where it has none."""

    slug: str = text(required=True)
