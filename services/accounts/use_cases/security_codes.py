"""The security code: given out, heard, spent."""

import base64
from typing import Any
from uuid import UUID

from services.accounts import store as rows
from services.accounts.captcha import LIFETIME, CaptchaGone, WrongCaptcha, code_of, is_answer
from services.accounts.captcha_media import image_of, speech_of
from services.accounts.derived_keys import DerivedKeys
from services.accounts.threads import in_a_thread
from services.chassis.calls import Call
from services.chassis.store import Store


def captcha(store: Store) -> dict[str, Any]:
    """A new code as an image; `id` gives its audio version and goes back with the answer."""
    captcha_id = store.ids.new()
    with store.transaction() as tx:
        rows.add_captcha(tx.conn, captcha_id, tx.now + LIFETIME)
    code = code_of(str(captcha_id), DerivedKeys.of(store.settings).captcha)
    return {"id": str(captcha_id), "image": _text(in_a_thread(image_of, code))}


def captcha_audio(store: Store, call: Call) -> dict[str, Any]:
    """The same code, spoken. Raises CaptchaGone once it is spent or old."""
    captcha_id: UUID = call.body["id"]
    with store.read() as conn:
        if not rows.captcha_is_open(conn, captcha_id, store.clock.now()):
            raise CaptchaGone
    code = code_of(str(captcha_id), DerivedKeys.of(store.settings).captcha)
    return {"audio": _text(in_a_thread(speech_of, code))}


def spend_captcha(store: Store, call: Call) -> None:
    """Takes the answer once, right or wrong, and commits that; the same command may ask again. Raises WrongCaptcha."""
    answer = call.body["captcha"]
    try:
        captcha_id = UUID(answer["id"])
    except ValueError:
        raise WrongCaptcha from None
    with store.transaction() as tx:
        used_by = call.command_id or str(tx.new_id())
        open_until_now = rows.spend_captcha(tx.conn, captcha_id, used_by, tx.now)
    if not (open_until_now and is_answer(answer["answer"], str(captcha_id), DerivedKeys.of(store.settings).captcha)):
        raise WrongCaptcha


def forget_captchas(store: Store) -> None:
    """Codes that are too old to be answered."""
    with store.transaction() as tx:
        rows.forget_captchas(tx.conn, tx.now)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
