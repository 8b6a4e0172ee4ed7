"""Above a share a service asks for the security code: accounts takes it, and the service is asked again."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from flask import request

from gateway.conversation import clients
from services.accounts.schemas.sign_up import CodeAnswer, SpendCaptcha
from services.chassis.contracts import from_json
from services.townhall.security_code import SecurityCodeRequired

T = TypeVar("T")


def with_code(ask: Callable[[bool], T], code: object, *, command_id: uuid.UUID | str) -> T:
    """What `ask` answers; it gets whether a security code was given, and is called without one first. `code`: a CodeAnswer, or as JSON.

    So a code is spent on nothing that is refused anyway, and a command that was done is answered without another code.
    Raises what accounts refuses of the code, as the fault of the field `captcha.answer`.
    """
    try:
        return ask(False)
    except SecurityCodeRequired:
        if code is None:
            raise
    once = uuid.uuid5(uuid.UUID(str(command_id)), f"security code of {request.endpoint}")  # serves no other operation
    given = code if isinstance(code, CodeAnswer) else from_json(CodeAnswer, code)
    clients().send(SpendCaptcha(captcha=given, address_seen=clients().address()), command_id=once)
    return ask(True)
