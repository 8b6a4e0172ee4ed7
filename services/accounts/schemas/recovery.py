"""Calls about a forgotten password or user name. The answers never show whether a space exists."""

from services.accounts.schemas.parts import WithAddress, WithPassword, WithToken
from services.chassis.contracts import Command, Done, Query, text
from services.chassis.structs import Struct


class RequestPasswordReset(WithAddress, Command[Done]):
    """`identifier`: a user name, or the e-mail address of a space.
    Raises TryLater, by address alone, as `RequestUsername`."""

    identifier: str = text(254)


class RequestUsername(WithAddress, Command[Done]):
    """`email`: the address of a space."""

    email: str = text(254)


class ResetOffer(Struct):
    """What a mailed link offers: whose password it replaces, and whether the six digits of a second factor are asked."""

    username: str
    second_factor: bool
    expires_at: str  # ISO 8601


class PasswordResetLink(WithToken, Query[ResetOffer]):
    """What the link of this token offers; opening it uses nothing up. Raises ResetLinkUnknown, ResetLinkExpired, ResetLinkUsed."""


class ResetPassword(WithAddress, WithPassword, WithToken, Command[Done]):
    """`code`: of an agent's second factor, left empty by others. Every session opened before is over, and none is opened.
    Raises FormRefused, TryLater, and as `PasswordResetLink`."""

    code: str = text(40)
