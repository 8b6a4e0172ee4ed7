"""Declared calls about partner spaces (« Autres espaces »): what people see of them, and how the portal connects there."""

from services.chassis.contracts import Query, text
from services.chassis.structs import Struct

FORM_POST, LINK = "form_post", "link"
IDENTIFIER, SECRET = "identifier", "secret"


class PartnerField(Struct):
    """A value by which a person is known to the partner. `role`: IDENTIFIER or SECRET; `pattern`: a regular expression that
    the whole value matches, or ""."""

    name: str
    label: str
    role: str
    pattern: str = ""
    help: str = ""

    @property
    def secret(self) -> bool:
        return self.role == SECRET


class PartnerSpace(Struct):
    """As visitors see it. `kind`: FORM_POST where the portal can log a person in, LINK where it only opens the site.

    `url`: the partner's own log-in page. `fields`: what may be saved, in order; a value that the town's file says is never
    stored is not among them.
    """

    slug: str
    title: str
    icon: str
    description: str
    registration_label: str
    provider: str
    issued_by: str
    how_to_obtain: str
    kind: str
    url: str
    note: str = ""
    fields: tuple[PartnerField, ...] = ()

    @property
    def connects(self) -> bool:
        """Whether the portal logs the person in; if not, it only opens the site."""
        return self.kind == FORM_POST


class PartnerSpaces(Struct):
    """In the town's order."""

    spaces: tuple[PartnerSpace, ...] = ()


class ListPartnerSpaces(Query[PartnerSpaces]):
    """Any actor may ask."""


class PartnerConnection(Struct):
    """How the portal connects to one partner: for our own processes.

    `site`: the host of the log-in form in the town's file. `form_url` and `form_origins` are for a browser: where the form
    goes, and the origins to which the partner may redirect it. `check_url` and `check_origins` are the same for a service of
    ours. `hidden`: fields that go with the form as they are.
    """

    space: PartnerSpace
    site: str
    form_url: str
    form_origins: tuple[str, ...]
    check_url: str
    check_origins: tuple[str, ...]
    success_marker: str
    failure_marker: str
    hidden: dict[str, str]


class FindPartnerConnection(Query[PartnerConnection]):
    """Asked by a service of ours; NoSuchItem for other actors, and where the town has no such space."""

    slug: str = text(80, required=True)
