"""Calls of who makes a personal space, beside the form itself (`CreateAccount`)."""

from dataclasses import dataclass, field

from services.chassis.contracts import LONGEST_ADDRESS, LONGEST_TOKEN, Command, Done, Query, Remembered, text, token

LONGEST_PASSWORD = 1000
LONGEST_DEVICE = 60
LONGEST_PATH = 500


@dataclass(frozen=True, kw_only=True)
class CodeAnswer:
    """What a person typed of a security code, and what the browser proved meanwhile."""

    id: str = text(40)
    answer: str = text(40)
    proof: str = text(20)


@dataclass(frozen=True, kw_only=True)
class SolvedCode:
    """A code that stays answered for minutes. `token`: good for one space, given to `CreateAccount` as `solved`."""

    token: str
    expires_at: str  # ISO 8601


@dataclass(frozen=True, kw_only=True)
class SolveCaptcha(Command[SolvedCode]):
    """Checks the answer and uses the code up, before the rest of the form is known to be right.

    Raises CaptchaNotTyped, WithoutProof, WrongCaptcha, TryLater.
    """

    captcha: CodeAnswer = field(default_factory=CodeAnswer)
    address_seen: str = text(LONGEST_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class UsernameState:
    """`state`: "free", "taken" or "refused"; `sentence` says it in French."""

    state: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CheckUsername(Query[UsernameState]):
    """Whether that user name can be chosen now; nothing is reserved. Counted for each address. Raises TryLater."""

    username: str = text()
    address_seen: str = text(LONGEST_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class CorrectPendingEmail(Command[Done]):
    """Another address for a space that waits for its activation. `token`: what `create_account` answered as `pending`.

    Raises FormRefused, SignUpOver, TryLater.
    """

    token: str = token()
    email: str = text(254)
    address_seen: str = text(LONGEST_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class ResendPendingLink(Command[Done]):
    """The activation mail of that space again. Raises SignUpOver, TryLater."""

    token: str = token()
    address_seen: str = text(LONGEST_ADDRESS)


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
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
    presented: str = text(LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)
    device: str = text(LONGEST_DEVICE, remembered=Remembered.LEFT_OUT)
