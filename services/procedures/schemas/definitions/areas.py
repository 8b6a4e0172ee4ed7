"""The service areas of a town, under which its procedures are listed."""

from dataclasses import dataclass
from typing import Annotated

from services.chassis.french_fields import one_of
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


@dataclass(frozen=True, kw_only=True)
class AreaShown:
    slug: Slug
    title: str
    icon: Annotated[str, one_of(ICONS)]
    order: Positive
    department: Slug
    description: str


@dataclass(frozen=True, kw_only=True)
class ServiceArea(AreaShown):
    keywords: tuple[str, ...] = ()
