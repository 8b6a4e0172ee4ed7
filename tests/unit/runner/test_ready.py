"""What `parvis up` prints once all is ready."""

from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.local import ready
from deploy.local.instance import Instance
from deploy.local.servers import Servers
from deploy.operator.logins import add_logins

FOUND = {"gateway": "http://portal", "mail": None, "asyncapi": "http://portal/asyncapi"}
LOGIN = {"username": "agent.accueil", "password": "un-mot-de-passe-tire", "role": "agent", "totp_secret": "JBSWY3DP"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(home=tmp_path)
    add_logins(made.logins, [LOGIN])
    return made


def printed(layout: Layout, capsys: pytest.CaptureFixture[str], *, first: bool) -> str:
    ready.describe(layout, Console(), FOUND, first=first)
    return capsys.readouterr().out


def test_only_the_first_start_prints_who_can_log_in(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(layout, capsys, first=True)
    assert LOGIN["username"] in said
    assert LOGIN["password"] in said

    later = printed(layout, capsys, first=False)
    assert str(layout.logins) in later
    assert LOGIN["password"] not in later


def test_the_file_of_logins_is_its_owner_s_alone(layout: Layout) -> None:
    assert layout.logins.stat().st_mode & 0o777 == 0o600


def test_addresses_for_programs_name_the_settings_file_and_no_password(layout: Layout) -> None:
    settings = {
        "GATEWAY_HOST": "127.0.0.1",
        "MAIL_INBOX_URL": "http://lecteur:mot-de-passe@boite",
        "AMQP_URL": "amqp://parvis:mot-de-passe@[::1]:5672,127.0.0.1:5673/parvis",
        "PARTNERS_AMQP_URL": "amqps://:mot-de-passe@[::1]/partners",
    }

    found = ready.addresses(
        Instance(layout, {"gateway": 8000}, Servers(None, None, None), settings, {}, own_mail=False)
    )

    assert "mot-de-passe" not in str(found)
    assert found["gateway"] == "http://127.0.0.1:8000"
    assert found["mail"] == "http://lecteur@boite"
    assert found["mail_token"] is None
    assert found["amqp"] == "amqp://parvis@[::1]:5672,127.0.0.1:5673/parvis"
    assert found["partner_amqp"] == "amqps://@[::1]/partners"
    assert found["settings"] == str(layout.settings)
