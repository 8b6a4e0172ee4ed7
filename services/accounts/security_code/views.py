"""The spoken form of a security code, and whether one is solved."""

import base64
import hmac
from uuid import UUID

from services.accounts.credentials.threads import in_a_thread
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token
from services.accounts.schemas.sign_up import SpeakCode, SpokenCode
from services.accounts.security_code import rows as captcha_rows
from services.accounts.security_code.captcha_speech import speech_of
from services.accounts.security_code.rules import CaptchaGone, WrongCaptcha, code_of, speech_secret
from services.chassis.calls import Call
from services.chassis.event_store.store import Store

SOLVED = "solved"


def captcha_audio(store: Store, call: Call, asked: SpeakCode) -> SpokenCode:
    """The same sound each time."""
    with store.read() as conn:
        about: dict[str, object] = {"captcha_id": UUID(asked.id), "now": store.clock.now()}
        if not conn.execute(captcha_rows.CAPTCHA_IS_OPEN, about).fetchone():
            raise CaptchaGone
    key = DerivedKeys(store.settings).captcha
    secret = speech_secret(asked.id, key)
    return SpokenCode(audio=as_text(in_a_thread(speech_of, code_of(asked.id, key), secret)))


def solved_code(store: Store, token: str) -> UUID:
    """The code of that token, which is still solved. Raises WrongCaptcha."""
    captcha_id = account_of(token)
    genuine = captcha_id is not None and hmac.compare_digest(
        token, activation_token(captcha_id, SOLVED, DerivedKeys(store.settings).captcha)
    )
    with store.read() as conn:
        about: dict[str, object] = {"captcha_id": captcha_id, "now": store.clock.now()}
        if captcha_id is None or not genuine or not conn.execute(captcha_rows.IS_SOLVED, about).fetchone():
            raise WrongCaptcha
    return captcha_id


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
