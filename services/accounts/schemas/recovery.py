"""Calls about a forgotten password or user name. The answers never show whether a space exists."""

from services.chassis.contracts import LONGEST_ADDRESS, Command, Done, Query, Remembered, text, token
from services.chassis.structs import Struct


class RequestPasswordReset(Command[Done]):
    """`identifier`: a user name, or the e-mail address of a space. `address_seen`: where the HTTP request came from.
    Raises TryLater, by address alone, as `RequestUsername`."""

    identifier: str = text(254)
    address_seen: str = text(LONGEST_ADDRESS)


class RequestUsername(Command[Done]):
    """`email`: the address of a space."""

    email: str = text(254)
    address_seen: str = text(LONGEST_ADDRESS)


class ResetOffer(Struct):
    """What a mailed link offers: whose password it replaces, and whether the six digits of a second factor are asked."""

    username: str
    second_factor: bool
    expires_at: str  # ISO 8601


class PasswordResetLink(Query[ResetOffer]):
    """What the link of this token offers; opening it uses nothing up. Raises ResetLinkUnknown, ResetLinkExpired, ResetLinkUsed."""

    token: str = token()


class ResetPassword(Command[Done]):
    """`code`: of an agent's second factor, left empty by others. Every session opened before is over, and none is opened.
    Raises FormRefused, TryLater, and as `PasswordResetLink`."""

    token: str = token()
    password: str = text(1000, remembered=Remembered.KEYED)
    code: str = text(40)
    address_seen: str = text(LONGEST_ADDRESS)
