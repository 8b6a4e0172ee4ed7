"""The audio of the security code: what holds of it so that a person understands, and that it teaches a program little."""

import wave
from io import BytesIO
from random import Random

import numpy as np
import pytest

from services.accounts.security_code import captcha_speech
from services.accounts.security_code.captcha_speech import RATE, speech_of
from services.accounts.security_code.rules import ALPHABET
from tests.unit.accounts.captcha_attack import Signal, read_wav

CODE, SECRET = "7KXM2", b"one secret"
VOICES = sorted(path.name for path in captcha_speech.VOICES.iterdir() if path.is_dir())


def shares(code: str, secret: bytes) -> tuple[Signal, Signal]:
    """The voice alone, and everything that is mixed with it."""
    with pytest.MonkeyPatch.context() as patch:
        whole = captcha_speech.mixed(code, secret)
        patch.setattr(captcha_speech, "BABBLE", (0, 0))
        patch.setattr(captcha_speech, "NOISE", 0)
        voice = np.array(captcha_speech.mixed(code, secret))
    return voice, np.array(whole) - voice


def loudness(sound: Signal) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def test_the_speech_is_a_mono_file_of_telephone_quality_always_the_same() -> None:
    with wave.open(BytesIO(speech_of(CODE, SECRET))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert 8 < file.getnframes() / file.getframerate() < 30
    assert speech_of(CODE, SECRET) == speech_of(CODE, SECRET)
    one, other = (read_wav(speech_of(CODE, secret)) for secret in (SECRET, b"another"))
    assert len(one) != len(other)
    assert np.abs(read_wav(speech_of(CODE, SECRET))).max() <= captcha_speech.LOUDEST


@pytest.mark.parametrize("secret", [b"a", b"b", b"c", b"d", b"e"])
def test_the_voice_is_at_least_1_5_decibels_above_all_that_is_behind_it(secret: bytes) -> None:
    voice, behind = shares(CODE, secret)
    speaking = np.abs(np.convolve(np.abs(voice), np.ones(800) / 800, "same")) > 0.1
    assert 20 * np.log10(loudness(voice[speaking]) / loudness(behind)) > 1.5


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("character", ALPHABET)
def test_each_voice_says_each_character_in_about_one_to_two_seconds(voice: str, character: str) -> None:
    recorded = read_wav((captcha_speech.VOICES / voice / f"{character}.wav").read_bytes())
    assert 0.8 < len(recorded) / RATE < 2.4
    assert loudness(recorded) > 8  # of 127


@pytest.mark.parametrize("secret", [b"a", b"b", b"c"])
def test_a_character_is_neither_hurried_nor_drawn_out(secret: bytes) -> None:
    """Said and paused: each of the five takes 1 to 3.5 s, and what is said between them as much at most."""
    silent = len(captcha_speech.mixed("", secret)) / RATE
    whole = len(captcha_speech.mixed(CODE, secret)) / RATE
    assert 5 * 1 < whole - silent < 5 * 3.5 * 2


def test_four_voices_speak_with_meaningless_words_between_the_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []
    real = captcha_speech.recording

    def noted(voice: str, spoken: str) -> list[float]:
        heard.append((voice, spoken))
        return real(voice, spoken)

    monkeypatch.setattr(captcha_speech, "recording", noted)
    for number in range(8):
        captcha_speech.spoken(CODE, Random(number))
    assert len({voice for voice, spoken in heard if spoken == CODE[0]}) > 1
    assert {voice for voice, _ in heard} == set(VOICES)
    assert "".join(spoken for _, spoken in heard if len(spoken) == 1) == CODE * 8
    assert len({spoken for _, spoken in heard if len(spoken) > 1}) == 4
