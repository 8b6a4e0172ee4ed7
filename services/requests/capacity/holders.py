"""Whose places and slots are counted together: the mailbox, the browser or account, and the network address. Pure.

Only keyed hashes leave this module. An agent at the counter files for many, from one browser and one office: only the mailbox
of each person counts then, and a person without one is not counted.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.chassis.structs import Struct
from services.requests import blind_index
from services.requests.schemas.mail_details import Addressed
from services.townhall.untyped import text

FILES_FOR_MANY = frozenset({"agent", "system", "partner"})


class Holders(Struct):
    """`own` are one person's, `address` a whole household's or office's; both as keyed hashes."""

    own: tuple[str, ...]
    address: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.own, self.address) if self.address else self.own


def of_filing(
    key: bytes, stream: str, *, applicant: Mapping[str, object], filer: str, kind: str, address: str = ""
) -> Holders:
    """Who takes a place of that quota or a slot of that day; `applicant` as it is filed."""
    here, email = of_hold(key, stream, filer=filer, kind=kind, address=address), text(applicant.get("email"))
    mailbox = (blind_index.holder(key, "email", mailbox_of(email)),) if email else ()
    return replace(here, own=(*mailbox, *here.own))


def of_hold(key: bytes, stream: str, *, filer: str, kind: str, address: str = "") -> Holders:
    """Who keeps a slot of that day before any mailbox is known. `address` is the visitor's network as the gateway counts
    it, hashed with the name of the quota or day: elsewhere it is another hash."""
    if kind in FILES_FOR_MANY:
        return Holders(own=())
    return Holders(
        own=(blind_index.holder(key, "filer", filer),),
        address=blind_index.holder(key, f"address {stream}", address) if address else None,
    )


def mailed_to(key: bytes, email: str) -> Addressed:
    """A mailbox and an address in it, for counting the mails that they are sent."""
    return Addressed(
        mailbox=blind_index.holder(key, "mailbox", mailbox_of(email)),
        address=blind_index.holder(key, "mail address", email),
    )


def mailbox_of(email: str) -> str:
    """The mailbox in which `name+tag@domain` arrives: without its tag. `blind_index.holder` takes it regardless of case."""
    name, at, domain = email.rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{domain}"
