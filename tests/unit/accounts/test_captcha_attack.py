"""The audio of the security code against programs that have the recordings; what they can do is in captcha_attack.py."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from services.accounts.security_code import captcha_speech
from services.accounts.security_code.captcha_speech import RATE, speech_of
from services.accounts.security_code.rules import ALPHABET, LENGTH
from tests.unit.accounts.captcha_attack import Signal, Templates, by_correlation, by_spectrum, read_wav, recordings

Attack = Callable[[Signal, Templates], str]
CODES = {"gate": 20, "release": 100}
FEWER_THAN = 0.05


@pytest.fixture(scope="module")
def templates() -> Templates:
    return recordings(captcha_speech.VOICES)


def codes(many: int) -> list[str]:
    chance = random.Random("codes")
    return ["".join(chance.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(many)]


def put_in_a_row(code: str, templates: Templates) -> Signal:
    """What the product once did: recordings as they are, pauses and light noise."""
    chance = np.random.default_rng(int.from_bytes(code.encode(), "big"))
    pause = np.zeros(RATE * 6 // 10)
    said = [part for one in code for part in (pause, templates.of(one)[int(chance.integers(len(templates.of(one))))])]
    row = np.concatenate([*said, pause])
    return row + chance.normal(0, 0.02 * np.abs(row).max(), len(row))


def solved(many: int, templates: Templates, *attacks: Attack) -> list[int]:
    """How many of so many codes each of the attacks reads."""
    heard = [(code, read_wav(speech_of(code, code.encode()))) for code in codes(many)]
    return [sum(attack(sound, templates) == code for code, sound in heard) for attack in attacks]


@pytest.mark.parametrize("attack", [by_correlation, by_spectrum])
def test_the_attacks_read_recordings_that_are_put_in_a_row(attack: Attack, templates: Templates) -> None:
    assert all(attack(put_in_a_row(code, templates), templates) == code for code in codes(4))


def test_the_stronger_attack_reads_voices_that_only_vary(templates: Templates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha_speech, "BABBLE", (0, 0))
    assert solved(4, templates, by_spectrum)[0] >= 3


@pytest.mark.timeout(900)
def test_the_attacks_read_fewer_than_5_codes_of_100(templates: Templates, faults: str) -> None:
    many = CODES[faults]
    assert max(solved(many, templates, by_correlation, by_spectrum)) < FEWER_THAN * many
