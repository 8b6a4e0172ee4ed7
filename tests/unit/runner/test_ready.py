"""What `parvis up` prints once all is ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import ready
from deploy.local.console import Console
from deploy.local.layout import Layout
from deploy.local.logins import add_logins

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


def test_the_first_start_prints_who_can_log_in(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(layout, capsys, first=True)
    assert LOGIN["username"] in said
    assert LOGIN["password"] in said


def test_a_later_start_prints_the_name_of_the_file_and_no_password(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(layout, capsys, first=False)
    assert str(layout.logins) in said
    assert LOGIN["password"] not in said


def test_the_file_of_logins_is_its_owner_s_alone(layout: Layout) -> None:
    assert layout.logins.stat().st_mode & 0o777 == 0o600
