"""Which mail servers get a letter: plain ones, ones without a trusted certificate, and ones that ask for a password."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from deploy.local import ports
from services.messaging.mails.mailer import Mailer, Undelivered, message
from services.messaging.mails.texts import MailText
from services.messaging.notices.rules import Reason
from tests.servers.certificates import self_signed
from tests.servers.mailbox import READY_SECONDS, Mailbox

RECIPIENT = "camille@courriel.example"
Serve = Callable[..., tuple[int, Mailbox]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("relay") / "relay.pem")


@pytest.fixture
def serve(certificate: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts a server with these options of aiosmtpd's; `tls` and `smtps` give it the certificate."""
    running: list[Controller] = []

    def start(*, tls: bool = False, smtps: bool = False, **options: Any) -> tuple[int, Mailbox]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if tls:
            options["tls_context"] = context
        if smtps:
            options["ssl_context"] = context
        port, mailbox = ports.choose(["smtp"], home=tmp_path)["smtp"], Mailbox()
        running.append(Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=READY_SECONDS, **options))
        running[-1].start()
        return port, mailbox

    yield start
    for controller in running:
        controller.stop()


def account(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (b"mairie", b"mot de passe")
    return AuthResult(success=known, handled=False)


def refusal(url: str) -> Reason | None:
    """Why the server at this address did not take a letter; None when it did."""
    mailer = Mailer(url, "Mairie <mairie@ville.example>")
    text = MailText(subject="Bonjour", text="Bonjour.\n", html="<p>Bonjour.</p>\n")
    about = {"sender": "mairie@ville.example", "recipient": RECIPIENT, "message_id": "<1@ville.example>"}
    try:
        mailer.send(message(text, **about, date=datetime.now(UTC)), RECIPIENT)
    except Undelivered as undelivered:
        return undelivered.reason
    finally:
        mailer.close()
    return None


@pytest.mark.parametrize("options", [{}, {"tls": True, "require_starttls": True}], ids=["plain", "encrypted"])
def test_without_a_password_no_tls_or_a_self_signed_certificate_is_enough(
    serve: Serve, options: dict[str, bool]
) -> None:
    port, mailbox = serve(**options)
    assert refusal(f"smtp://127.0.0.1:{port}") is None
    assert len(mailbox.to(RECIPIENT)) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # under smtps:// the server sees none
def test_a_password_is_sent_to_a_relay_with_a_trusted_certificate(
    serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    starttls, first = serve(tls=True, authenticator=account, auth_required=True)
    smtps, second = serve(smtps=True, authenticator=account, auth_required=True, auth_require_tls=False)
    assert refusal(f"smtp://mairie:mot%20de%20passe@127.0.0.1:{starttls}") is None
    assert refusal(f"smtps://mairie:mot%20de%20passe@127.0.0.1:{smtps}") is None
    assert (len(first.to(RECIPIENT)), len(second.to(RECIPIENT))) == (1, 1)


@pytest.mark.parametrize(
    ("scheme", "options"),
    [
        ("smtp", {"authenticator": account, "auth_require_tls": False}),
        ("smtp", {"authenticator": account, "tls": True}),
        ("smtps", {"authenticator": account, "smtps": True, "auth_require_tls": False}),
    ],
    ids=["no TLS", "STARTTLS of its own making", "TLS of its own making"],
)
def test_a_password_is_sent_to_no_untrusted_relay(serve: Serve, scheme: str, options: dict[str, Any]) -> None:
    asked: list[str] = []

    def note(*given: Any) -> AuthResult:
        asked.append(given[3])
        return AuthResult(success=True)

    port, mailbox = serve(**{**options, "authenticator": note})
    assert refusal(f"{scheme}://mairie:secret@127.0.0.1:{port}") is Reason.SERVER_NOT_TRUSTED
    assert (asked, mailbox.mails) == ([], [])


def test_a_wrong_password_is_a_refused_account_and_no_absent_server(
    serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    port, _ = serve(tls=True, authenticator=account, auth_required=True)
    assert refusal(f"smtp://mairie:autre@127.0.0.1:{port}") is Reason.ACCOUNT_REFUSED
