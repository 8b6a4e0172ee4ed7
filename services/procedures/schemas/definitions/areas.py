"""The service areas of a town, under which its procedures are listed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    slug: str
    title: str
    department: str
    description: str
    keywords: tuple[str, ...] = ()
