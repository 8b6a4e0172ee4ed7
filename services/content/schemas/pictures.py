"""Declared calls for the pictures of the town: of an article, of a poll, of the front page."""

from services.chassis.contracts import Query, checked, text
from services.chassis.french_fields import Whole
from services.chassis.structs import Struct

WIDEST = 10_000
STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF"}
"""How the bytes of each kind of picture begin that pages show: of the town's pictures and of the tiles of its map."""


class HomePicture(Struct):
    """That of the front page. `picture`: a mark that changes with its bytes; `image_alt`: what it shows; `picture_widths`: in
    which it can be had, the last as it was given, `picture_height` of that one."""

    picture: str
    image_alt: str
    picture_widths: tuple[int, ...] = ()
    picture_height: int = 0


class Picture(Struct):
    """`content`: in base64; `public`: whether visitors may see it."""

    type: str
    content: str
    public: bool


class PictureOf(Query[Picture]):
    """Of an article or a poll that the actor may read; NoSuchItem where it has none. `width`: in points, at which it is shown:
    the narrowest that is kept and no narrower, as WebP; at 0 the picture as the town gave it."""

    slug: str = text(required=True)
    width: int = checked(Whole(least=0, most=WIDEST, load_default=0), default=0)


class ReadPicture(PictureOf):
    """Of news."""


class ReadActivityPicture(PictureOf):
    pass


class ReadPracticalInfoPicture(PictureOf):
    pass


class ReadPollPicture(PictureOf):
    pass


class ReadHomePicture(Query[Picture]):
    """Of the front page, for everyone; NoSuchItem where the town gave none."""

    width: int = checked(Whole(least=0, most=WIDEST, load_default=0), default=0)
