"""The security code, read by a test."""

import base64
import json

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.security_code.rules import code_of
from services.chassis.settings import Settings
from tests.servers.portal import Portal


def read_code(portal: Portal, captcha: str) -> str:
    """The code that the picture shows: an installation derives it from a key, and a test has no eyes."""
    known = json.loads((portal.home / "settings.json").read_text(encoding="utf-8"))
    master, signing = (base64.b64decode(known[name]) for name in ("MASTER_KEY", "SIGNING_KEY"))
    return code_of(captcha, DerivedKeys(Settings(master_key=master, signing_key=signing)).captcha)
