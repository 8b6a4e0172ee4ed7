"""Calls of who makes a personal space, beside the form itself (`CreateAccount`)."""

from dataclasses import dataclass

from services.chassis.contracts import LONGEST_TOKEN, Command, text, token

LONGEST_PASSWORD = 1000
LONGEST_DEVICE = 60
LONGEST_PATH = 500


@dataclass(frozen=True, kw_only=True)
class Activated:
    """The session that the activation opened. `continue_to`: the page on which its holder goes on, "" for none."""

    session: str
    expires_at: str  # ISO 8601
    continue_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Activate(Command[Activated]):
    """Opens the space of the mailed link and logs its holder in. `password`: the one chosen at the sign-up, so that a
    stranger in whose mailbox the link arrived opens nothing. `presented`: the session that came with the request, if any,
    which ends; `device` as in `LogIn`.

    Raises ActivationLinkUnknown, ActivationLinkExpired, AlreadyActive, AddressInUse, FormRefused, TryLater.
    """

    token: str = token()
    password: str = text(LONGEST_PASSWORD)
    presented: str = text(LONGEST_TOKEN)
    device: str = text(LONGEST_DEVICE)
