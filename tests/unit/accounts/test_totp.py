from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from services.accounts.schemas.refusals import WrongCode
from services.accounts.second_factor.rules import accepted_step, enrolment_uri

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 25, 9, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_one_step_away_is_accepted(seconds: int) -> None:
    code = code_at(NOW + timedelta(seconds=seconds))
    assert accepted_step(SECRET, code, NOW, last_step=0) == STEP + seconds // 30


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_clock_two_steps_away_is_refused(seconds: int) -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_at(NOW + timedelta(seconds=seconds)), NOW, last_step=0)


def test_a_code_is_accepted_once() -> None:
    step = accepted_step(SECRET, code_at(NOW), NOW, last_step=0)
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_at(NOW), NOW, last_step=step)


def test_spaces_in_the_code_do_not_count() -> None:
    code = code_at(NOW)
    assert accepted_step(SECRET, f"{code[:3]} {code[3:]}", NOW, last_step=0) == STEP


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 500])
def test_a_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code, NOW, last_step=0)


def test_the_enrolment_address_names_the_town_and_the_account() -> None:
    uri = enrolment_uri(SECRET, username="agent.accueil", town="Saint-Aubin-sur-Orne")
    assert uri.startswith("otpauth://totp/Saint-Aubin-sur-Orne:agent.accueil?secret=" + SECRET)
