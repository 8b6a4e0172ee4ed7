"""The service areas of a town, under which its procedures are listed."""

from typing import Annotated

from services.chassis.french_fields import one_of
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.values import Positive, Slug

ICONS = [
    "certificate",
    "ballot",
    "child",
    "address-book",
    "road",
    "recycle",
    "house-plan",
    "people",
    "shield",
    "flower",
]


class AreaShown(Struct):
    slug: Slug
    title: str
    icon: Annotated[str, one_of(ICONS)]
    order: Positive
    department: Slug
    description: str


class ServiceArea(AreaShown):
    keywords: tuple[str, ...] = ()
