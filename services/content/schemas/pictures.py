"""The declared call for the picture of an article."""

from services.chassis.contracts import Query, text
from services.chassis.structs import Struct


class Picture(Struct):
    """`content`: in base64; `public`: whether visitors may see it."""

    type: str
    content: str
    public: bool


class ReadPicture(Query[Picture]):
    """Of an article that the actor may read; NoSuchItem where it has none."""

    slug: str = text(required=True)
