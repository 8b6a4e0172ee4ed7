"""Calls about the sign-up for a personal space: the security code, the form, the activation."""

from dataclasses import field

from services.accounts.schemas.parts import OpensSession, WithAddress, WithPassword, WithToken
from services.chassis.contracts import LONGEST_TOKEN, Command, Done, Json, Query, RecordedLook, identifier, text
from services.chassis.structs import Struct

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


class SpendCaptcha(WithAddress, Command[Done]):
    """Checks the answer and uses the code up, right or wrong.

    Raises CaptchaNotTyped, WithoutProof, WrongCaptcha.
    """

    captcha: CodeAnswer = field(default_factory=CodeAnswer)


class SolvedCode(Struct):
    """A code that stays answered for minutes. `token`: good for one space, given to `CreateAccount` as `solved`."""

    token: str
    expires_at: str  # ISO 8601


class SolveCaptcha(WithAddress, Command[SolvedCode]):
    """Checks the answer and uses the code up, before the rest of the form is known to be right.

    Raises CaptchaNotTyped, WithoutProof, WrongCaptcha, TryLater.
    """

    captcha: CodeAnswer = field(default_factory=CodeAnswer)


class UsernameState(Struct):
    """`state`: "free", "taken" or "refused"; `sentence` says it in French."""

    state: str
    sentence: str


class CheckUsername(WithAddress, RecordedLook[UsernameState]):
    """Whether that user name can be chosen now; nothing is reserved. Counted for each address. Raises TryLater."""

    username: str = text()


class NewCredentials(WithPassword):
    username: str = text()


class PendingSpace(Struct):
    """`pending`: the token with which the browser of the sign-up corrects the address or has the mail sent again."""

    pending: str


class CreateAccount(WithAddress, Command[PendingSpace]):
    """The sections of the form as typed, and the security code: its answer, or `solved`, the token of one that was solved.
    `continue_to`: the page of the portal that follows the activation.

    Raises FormRefused with every fault, CaptchaNotTyped, WithoutProof, WrongCaptcha, UsernameTaken, TryLater.
    """

    identity: Json = field(default_factory=dict)
    address: Json = field(default_factory=dict)
    contact: Json = field(default_factory=dict)
    preferred_contact: str = text(40)
    credentials: NewCredentials = field(default_factory=NewCredentials)
    captcha: CodeAnswer = field(default_factory=CodeAnswer)
    solved: str = text(LONGEST_TOKEN)
    organisation: Json | None = None
    continue_to: str = text(LONGEST_PATH)


class CorrectPendingEmail(WithAddress, WithToken, Command[Done]):
    """Another address for a space that waits for its activation. `token`: what `create_account` answered as `pending`.

    Raises FormRefused, SignUpOver, TryLater.
    """

    email: str = text(254)


class ResendPendingLink(WithAddress, WithToken, Command[Done]):
    """The activation mail of that space again. Raises SignUpOver, TryLater."""


class SendActivation(WithAddress, Command[Done]):
    """Mails another link to the latest spaces that wait for that address; the same answer where none does. Raises TryLater."""

    email: str = text(254)


class ActivationOffer(Struct):
    username: str


class OpenActivation(WithToken, Query[ActivationOffer], method="activation"):
    """What the mailed link offers; nothing changes. Refused as `Activate` refuses a link."""


class Activated(Struct):
    """The session that the activation opened. `continue_to`: the page on which its holder goes on, "" for none."""

    session: str
    expires_at: str  # ISO 8601
    continue_to: str = ""


class Activate(OpensSession, WithPassword, WithToken, Command[Activated]):
    """Opens the space of the mailed link and logs its holder in. `password`: the one chosen at the sign-up, so that a
    stranger in whose mailbox the link arrived opens nothing.

    Raises ActivationLinkUnknown, ActivationLinkExpired, AlreadyActive, AddressInUse, FormRefused, TryLater.
    """
