"""Declared calls about the files of contents: checked, and imported. They come as YAML reads them; what is wrong inside them
is said by `coherence.check`. One that is not given is left as it is; `images`: in base64, by name."""

from services.chassis.contracts import Command, Json, Query, checked
from services.chassis.french_fields import Named, Text
from services.chassis.structs import Struct


class ContentFiles(Struct):
    images: Json | None = checked(Named(keys=Text(), values=Text(), allow_none=True), default=None)
    news: Json | None = checked(Named(allow_none=True), default=None)
    activities: Json | None = checked(Named(allow_none=True), default=None)
    practical_info: Json | None = checked(Named(allow_none=True), default=None)
    polls: Json | None = checked(Named(allow_none=True), default=None)
    partner_spaces: Json | None = checked(Named(allow_none=True), default=None)


class CheckContent(ContentFiles, Query[Json]):
    """`{changes}`: what an import would change."""


class ImportContent(ContentFiles, Command[Json]):
    """`{published}`: what was new or changed, by kind."""
