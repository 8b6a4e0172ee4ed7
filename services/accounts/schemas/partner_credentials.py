"""Declared calls about what a citizen is known by at partners' sites: saved, removed, used. No answer holds a saved secret but
that of `UsePartnerPass`."""

from uuid import UUID

from services.accounts.schemas.parts import WithToken
from services.chassis.contracts import LONGEST_TOKEN, Command, Done, Query, Remembered, marked, text
from services.chassis.structs import Struct

LONGEST_SLUG = 80


class KeptCredentials(Struct):
    """`reminder`: the identifier, where the partner's site is only opened and the person types it there; "" otherwise."""

    slug: str
    saved_at: str
    reminder: str = ""


class PartnerUse(Struct):
    """`act`: checking (never ended), refused, unreachable, saved, used or removed. `at`: ISO 8601 in UTC."""

    slug: str
    act: str
    at: str


class OwnPartnerSpaces(Struct):
    """The spaces of which something is saved, and the last uses, the newest first, where they were asked for."""

    kept: tuple[KeptCredentials, ...] = ()
    uses: tuple[PartnerUse, ...] = ()


class ListPartnerCredentials(Query[OwnPartnerSpaces]):
    """Of the citizen who asks."""

    with_uses: bool = False


class OfSpace(Struct):
    slug: str = text(LONGEST_SLUG, required=True)


class SavePartnerCredentials(OfSpace, Command[Done]):
    """Saves what the partner accepts, in the place of what was saved before. `values`: by name of the space's fields.

    The partner is asked once for each command id. Refused by field (`partner_form`, `partner_refused`), as `partner_silent`,
    `partner_elsewhere`, `partner_unclear`, `no_such_item` or `vault_closed`; nothing is saved then.
    """

    values: dict[str, str] = marked(remembered=Remembered.KEYED)


class CheckPartnerForm(OfSpace, Query[Done]):
    """Whether these values have the form that the space asks for; the partner is not asked. Refused by field (`partner_form`)."""

    values: dict[str, str]


class KeepPendingCredentials(OfSpace, Command[Done]):
    """With the space that waits; the partner is asked at the first connection. `pending`: the token of who signed up."""

    pending: str = text(LONGEST_TOKEN, required=True, remembered=Remembered.LEFT_OUT)
    values: dict[str, str] = marked(remembered=Remembered.KEYED)


class RemovePartnerCredentials(OfSpace, Command[Done]):
    """What is not there is no error."""


class PartnerPass(Struct):
    """`token` opens the page of the connection once, for its holder, until `expires_at`."""

    token: str
    expires_at: str


class OpenPartnerConnection(OfSpace, Command[PartnerPass]):
    """Refused as `nothing_saved`, or `partner_moved` where the town's file names another host than when it was saved."""


class HiddenField(Struct):
    name: str
    value: str


class PartnerForm(Struct):
    """The form that a browser sends to the partner. `origins`: where it and its redirects may go, and nowhere else."""

    title: str
    url: str
    origins: tuple[str, ...]
    fields: tuple[HiddenField, ...]


class UsePartnerPass(WithToken, Command[PartnerForm]):
    """Uses the pass up. Sent without command id: its answer is kept nowhere, so that asked again it is refused.

    Refused as `partner_pass_unknown` (also another's), `partner_pass_used` or `partner_pass_expired`.
    """


class DemoCredentials(Struct):
    account_id: UUID
    slug: str
    values: dict[str, str] = marked(remembered=Remembered.LEFT_OUT)


class ImportPartnerCredentials(Command[Done]):
    """Of invented people, by the import of a demonstration: the partner is not asked."""

    entries: tuple[DemoCredentials, ...]


class Rotated(Struct):
    """`rewrapped` under the first key; `lost` under a key that is not there any more. `after`: where to go on, "" at the end."""

    rewrapped: int
    lost: int
    after: str = ""


class RotatePartnerKeys(Command[Rotated]):
    """One page, for the operator. `after`: that of the page before."""

    after: str = text(128)
