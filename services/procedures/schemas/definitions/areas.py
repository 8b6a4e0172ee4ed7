"""The service areas of a town, under which its procedures are listed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    slug: str
    title: str
    icon: str
    order: int
    department: str
    description: str
    keywords: tuple[str, ...] = ()
