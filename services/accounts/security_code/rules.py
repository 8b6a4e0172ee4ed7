"""The security code: five characters to copy, seen or heard. Stored nowhere: derived from its id and a key of ours."""

import math
from collections.abc import Mapping
from datetime import timedelta

from services.accounts.keys.derived_keys import Key
from services.accounts.throttling.rules import TryLater
from services.chassis.errors import Invalid, NotFound

# No two that look alike once bent (4 and A, H and Y), or sound alike. Each has a recording of each voice in captcha_voice/.
ALPHABET = "2345679FHJKLMRUX"
LENGTH = 5
LIFETIME = timedelta(minutes=10)
SOLVED_FOR = timedelta(minutes=15)  # while the rest of a form is corrected

FIELD = "captcha.answer"


class WrongCaptcha(Invalid):
    """Also when the code has expired or was used: which of these it was helps only robots."""

    code = "captcha_wrong"
    message = "Le code de sécurité ne correspond pas."

    def __init__(self) -> None:
        super().__init__(fields={FIELD: "Ce code ne correspond pas, ou n’est plus valable. Recopiez le nouveau code."})


class CaptchaNotTyped(Invalid):
    """The code is still there to be answered."""

    message = "Recopiez le code de sécurité."

    def __init__(self) -> None:
        super().__init__(fields={FIELD: self.message})


class WithoutProof(TryLater):
    """Too many answers from one address that came without the browser's proof of work. The code is not spent."""

    code = "captcha_without_proof"
    message = "Trop de codes de sécurité ont été envoyés sans la vérification que fait le navigateur."

    def __init__(self, *, details: Mapping[str, object]) -> None:
        seconds = details.get("retry_after_seconds")
        minutes = math.ceil(seconds / 60) if isinstance(seconds, int) else 1
        wait = "une minute" if minutes == 1 else f"{minutes} minutes"
        said = f"{self.message} Recommencez dans {wait}, ou activez JavaScript pour ce site."
        super().__init__(fields={FIELD: said}, details=details)


class CaptchaGone(NotFound):
    message = "Ce code de sécurité n’est plus valable. Demandez-en un autre."


def code_of(captcha_id: str, key: Key) -> str:
    """The characters of one code, always the same for one id; unknown without the key."""
    number = int.from_bytes(key.mac(captcha_id), "big")
    characters = ""
    for _ in range(LENGTH):
        number, position = divmod(number, len(ALPHABET))
        characters += ALPHABET[position]
    return characters


def speech_secret(captcha_id: str, key: Key) -> bytes:
    """What the sound of one code is drawn from, so that it is the same whenever it is asked for."""
    return key.mac(captcha_id, "speech")


def is_answer(typed: str, captcha_id: str, key: Key) -> bool:
    """Case and spaces do not count."""
    return "".join(typed.split()).upper() == code_of(captcha_id, key)
