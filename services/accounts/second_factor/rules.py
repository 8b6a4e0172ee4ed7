"""The second factor of agents: six digits that change every 30 seconds (RFC 6238), each good once."""

import hmac
from datetime import datetime

from pyotp.totp import TOTP

from services.accounts.schemas.refusals import WrongCode

STEP_SECONDS = 30
TOLERATED_STEPS = 1  # a clock half a minute slow or fast is common


def accepted_step(secret: str, code: str, now: datetime, *, last_step: int) -> int:
    """The time step that the code belongs to, later than `last_step`: a code can be used once.

    Raises WrongCode, the same for a wrong code, for one already used, and where there is no secret.
    """
    if not secret:
        raise WrongCode
    typed = code.replace(" ", "").replace(" ", "")
    totp = TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - TOLERATED_STEPS, present + TOLERATED_STEPS + 1):
        if step > last_step and hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    raise WrongCode


def enrolment_uri(secret: str, *, username: str, town: str) -> str:
    """What a QR code shows to the agent's application."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=town)
