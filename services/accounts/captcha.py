"""The security code: five characters to copy, seen or heard. Kept by nobody: derived from its id and a key of ours."""

from datetime import timedelta

from services.accounts.derived_keys import Key
from services.chassis.errors import Invalid, NotFound

# No two that look alike once bent, or sound alike. Each has its recording in captcha_voice/.
ALPHABET = "2345679AFHJKLMRUXY"
LENGTH = 5
LIFETIME = timedelta(minutes=10)

FIELD = "captcha.answer"


class WrongCaptcha(Invalid):
    """Also when the code has expired or was used: which of these it was helps only robots."""

    code = "captcha_wrong"
    message = "Le code de sécurité ne correspond pas."

    def __init__(self) -> None:
        super().__init__(fields={FIELD: "Ce code ne correspond pas, ou n’est plus valable. Recopiez le nouveau code."})


class CaptchaGone(NotFound):
    code = "captcha_gone"
    message = "Ce code de sécurité n’est plus valable. Demandez-en un autre."


def code_of(captcha_id: str, key: Key) -> str:
    """The characters of one code, always the same for one id; unknown to who does not hold the key."""
    number = int.from_bytes(key.mac(captcha_id), "big")
    characters = ""
    for _ in range(LENGTH):
        number, position = divmod(number, len(ALPHABET))
        characters += ALPHABET[position]
    return characters


def is_answer(typed: str, captcha_id: str, key: Key) -> bool:
    """Case and spaces do not count."""
    return "".join(typed.split()).upper() == code_of(captcha_id, key)
