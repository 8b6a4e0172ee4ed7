"""Calls about the sign-up for a personal space: the security code, the form, the activation."""

from dataclasses import field

from services.accounts.schemas.profile import LONGEST_PASSWORD
from services.chassis import contracts
from services.chassis.contracts import Command, Done, Json, Query, RecordedLook, Remembered, identifier, text, token
from services.chassis.structs import Struct

LONGEST_DEVICE = 60
LONGEST_PATH = 500


class Puzzle(Struct):
    """The proof of work: a number whose salted PBKDF2 hash begins with so many bits of zero."""

    iterations: int
    zero_bits: int


class SecurityCode(Struct):
    """`image`: a PNG in base64; `id`, which also salts the puzzle, goes back with the answer."""

    id: str
    image: str
    puzzle: Puzzle


class DrawCode(RecordedLook[SecurityCode], method="captcha"):
    """A new code each time."""


class SpokenCode(Struct):
    """`audio`: a WAV file in base64."""

    audio: str


class SpeakCode(Query[SpokenCode], method="captcha_audio"):
    """The same code aloud. Raises CaptchaGone once it is used up or expired."""

    id: str = identifier()


class CodeAnswer(Struct):
    """What a person typed of a security code, and the proof of work of the browser."""

    id: str = text(40)
    answer: str = text(40)
    proof: str = text(20)


class SpendCaptcha(Command[Done]):
    """Checks the answer and uses the code up, right or wrong. `address_seen`: where the HTTP request came from.

    Raises CaptchaNotTyped, WithoutProof, WrongCaptcha.
    """

    captcha: CodeAnswer = field(default_factory=CodeAnswer)
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class SolvedCode(Struct):
    """A code that stays answered for minutes. `token`: good for one space, given to `CreateAccount` as `solved`."""

    token: str
    expires_at: str  # ISO 8601


class SolveCaptcha(Command[SolvedCode]):
    """Checks the answer and uses the code up, before the rest of the form is known to be right.

    Raises CaptchaNotTyped, WithoutProof, WrongCaptcha, TryLater.
    """

    captcha: CodeAnswer = field(default_factory=CodeAnswer)
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class UsernameState(Struct):
    """`state`: "free", "taken" or "refused"; `sentence` says it in French."""

    state: str
    sentence: str


class CheckUsername(Query[UsernameState]):
    """Whether that user name can be chosen now; nothing is reserved. Counted for each address. Raises TryLater."""

    username: str = text()
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class NewCredentials(Struct):
    username: str = text()
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)


class PendingSpace(Struct):
    """`pending`: the token with which the browser of the sign-up corrects the address or has the mail sent again."""

    pending: str


class CreateAccount(Command[PendingSpace]):
    """The sections of the form as typed, and the security code: its answer, or `solved`, the token of one that was solved.
    `continue_to`: the page of the portal that follows the activation. `address_seen`: where the HTTP request came from.

    Raises FormRefused with every fault, CaptchaNotTyped, WithoutProof, WrongCaptcha, UsernameTaken, TryLater.
    """

    identity: Json = field(default_factory=dict)
    address: Json = field(default_factory=dict)
    contact: Json = field(default_factory=dict)
    preferred_contact: str = text(40)
    credentials: NewCredentials = field(default_factory=NewCredentials)
    captcha: CodeAnswer = field(default_factory=CodeAnswer)
    solved: str = text(contracts.LONGEST_TOKEN)
    organisation: Json | None = None
    continue_to: str = text(LONGEST_PATH)
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class CorrectPendingEmail(Command[Done]):
    """Another address for a space that waits for its activation. `token`: what `create_account` answered as `pending`.

    Raises FormRefused, SignUpOver, TryLater.
    """

    token: str = token()
    email: str = text(254)
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class ResendPendingLink(Command[Done]):
    """The activation mail of that space again. Raises SignUpOver, TryLater."""

    token: str = token()
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class SendActivation(Command[Done]):
    """Mails another link to the latest spaces that wait for that address; the same answer where none does. Raises TryLater."""

    email: str = text(254)
    address_seen: str = text(contracts.LONGEST_ADDRESS)


class ActivationOffer(Struct):
    username: str


class OpenActivation(Query[ActivationOffer], method="activation"):
    """What the mailed link offers; nothing changes. Refused as `Activate` refuses a link."""

    token: str = token()


class Activated(Struct):
    """The session that the activation opened. `continue_to`: the page on which its holder goes on, "" for none."""

    session: str
    expires_at: str  # ISO 8601
    continue_to: str = ""


class Activate(Command[Activated]):
    """Opens the space of the mailed link and logs its holder in. `password`: the one chosen at the sign-up, so that a
    stranger in whose mailbox the link arrived opens nothing. `presented`: the session that came with the request, if any,
    which ends; `device` as in `LogIn`.

    Raises ActivationLinkUnknown, ActivationLinkExpired, AlreadyActive, AddressInUse, FormRefused, TryLater.
    """

    token: str = token()
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
    presented: str = text(contracts.LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)
    device: str = text(LONGEST_DEVICE, remembered=Remembered.LEFT_OUT)
