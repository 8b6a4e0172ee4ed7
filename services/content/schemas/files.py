"""Declared calls about the files of contents: checked, and imported. They come as YAML reads them; what is wrong inside them
is said by `coherence.check`. One that is not given is left as it is; `images`: in base64, by name."""

from collections.abc import Mapping
from dataclasses import field

from services.chassis.contracts import Command, Query, checked
from services.chassis.french_fields import Named, Text
from services.chassis.structs import Struct
from services.townhall.differences import Differences


class ContentFiles(Struct):
    images: Mapping[str, str] | None = checked(Named(keys=Text(), values=Text(), allow_none=True), default=None)
    news: Mapping[str, object] | None = checked(Named(allow_none=True), default=None)
    activities: Mapping[str, object] | None = checked(Named(allow_none=True), default=None)
    practical_info: Mapping[str, object] | None = checked(Named(allow_none=True), default=None)
    polls: Mapping[str, object] | None = checked(Named(allow_none=True), default=None)
    partner_spaces: Mapping[str, object] | None = checked(Named(allow_none=True), default=None)
    home: Mapping[str, object] | None = field(default=None, metadata={"field": Named(allow_none=True), "later": True})


class ContentChecked(Struct):
    """What an import would change, by kind."""

    changes: Mapping[str, Differences]


class CheckContent(ContentFiles, Query[ContentChecked]):
    pass


class ContentImported(Struct):
    """By kind: what was new or changed, of the files that were given."""

    published: Mapping[str, tuple[str, ...]]


class ImportContent(ContentFiles, Command[ContentImported]):
    pass
