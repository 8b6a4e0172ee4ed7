"""`python -m relay OPTIONS…`: the sink as a town's relay is. It takes mails of one account, which /given names, and no other's."""

from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult

from deploy.inbox import mail_sink, mailbox

GIVEN = Path("/given")


def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    account = [(GIVEN / name).read_bytes() for name in ("user", "password")]
    return AuthResult(success=[given.login, given.password] == account, handled=False)


if __name__ == "__main__":
    mailbox.KEPT_MAILS = 20_000  # those of a load of minutes
    # A password without TLS: what stands before it has taken that off.
    mail_sink.Controller = partial(  # type: ignore[assignment,misc]
        mail_sink.Controller, authenticator=known, auth_required=True, auth_require_tls=False
    )
    mail_sink.main()
