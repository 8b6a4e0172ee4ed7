"""The security code as speech: a WAV that a person understands and that recordings alone do not decode.

The recordings are public, so none is ever heard as it was recorded. Each character is spoken by a voice drawn at random, at
another pitch and speed, which waver while it is said; words that name nothing come between; behind it other recordings
run backwards, which has the spectrum of speech and says nothing. What is drawn follows from a secret of the code: asked for
again, the same sound comes back, so listening twice teaches a program nothing. Against what this was measured:
tests/unit/accounts/test_captcha_attack.py.
"""

import io
import math
import wave
from array import array
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

VOICES = Path(__file__).with_name("captcha_voice")
_NAMES = ("anne", "lise", "marc", "paul")
_FILLERS = ("filler-1", "filler-2", "filler-3", "filler-4")
RATE = 8000

PITCH = (0.84, 1.19)
SPEED = (0.86, 1.16)
WAVER = 0.07  # of the pace, either way, while a character is said
PAUSE_SECONDS = (0.25, 0.7)
FILLER_CHANCE = 0.5
BABBLE = (0.74, 0.82)  # of the voice’s loudness, all that runs backwards together: the voice is about 2 dB louder
BABBLE_LAYERS = 2
NOISE = 0.1
LOUDEST = 30_000
BLOCK = 40  # samples during which the pace stays the same

Sound = list[float]


def speech_of(code: str, secret: bytes) -> bytes:
    """The characters spelt in French, 10 to 25 seconds; about 0.2 s of the processor. The same for the same secret."""
    return _wav(mixed(code, secret))


def mixed(code: str, secret: bytes) -> Sound:
    """The voice, and behind it the babble and a light hiss."""
    chance = Random(secret)  # noqa: S311 seeded with a key's digest; it hides no more than which voice says what
    said = spoken(code, chance)
    level = chance.uniform(*BABBLE)
    babble = _babble(len(said), chance)
    hiss = [chance.gauss(0, 1) for _ in range(len(said))]
    together = [voice + level * behind + NOISE * air for voice, behind, air in zip(said, babble, hiss, strict=True)]
    return _coloured(together, chance)


def spoken(code: str, chance: Random) -> Sound:
    """Each character by a voice of its own, fillers before some, pauses of any length between."""
    said = _silence(chance)
    for character in code:
        if chance.random() < FILLER_CHANCE:
            said += _varied(recording(chance.choice(_NAMES), chance.choice(_FILLERS)), chance)
            said += _silence(chance)
        said += _varied(recording(chance.choice(_NAMES), character), chance)
        said += _silence(chance)
    return said


def _babble(length: int, chance: Random) -> Sound:
    """Several layers of recordings that run backwards, without a pause, as loud together as one voice."""
    pace = chance.uniform(*PITCH)
    needed = int(length * pace * (1 + WAVER)) + 3 * BLOCK
    layers: list[Sound] = []
    for _ in range(BABBLE_LAYERS):
        layer: Sound = []
        while len(layer) < needed:
            layer += recording(chance.choice(_NAMES), chance.choice(_letters()))[::-1]
        layers.append(layer)
    share = 1 / math.sqrt(BABBLE_LAYERS)
    together = [share * sum(values) for values in zip(*layers, strict=False)]
    return _wavering(together, pace, chance)[:length]


def _varied(take: Sound, chance: Random) -> Sound:
    """The recording at a speed and a pitch of its own, both wavering slowly."""
    pitch, speed = chance.uniform(*PITCH), chance.uniform(*SPEED)
    return _wavering(_stretched(take, pitch / speed, chance), pitch, chance)


def _wavering(take: Sound, pace: float, chance: Random) -> Sound:
    """Read at that pace, now quicker and now slower by `WAVER`: linear interpolation between samples."""
    slow, quick = chance.uniform(0.9, 1.6) / RATE, chance.uniform(2.5, 4.5) / RATE
    one, other = chance.uniform(0, math.tau), chance.uniform(0, math.tau)
    out: Sound = []
    position = 0.0
    while position < len(take) - 1 - 2 * BLOCK:
        swing = math.sin(one + math.tau * slow * len(out)) + math.sin(other + math.tau * quick * len(out))
        step = pace * (1 + WAVER * swing / 2)
        positions = [position + step * sample for sample in range(BLOCK)]
        out += [take[int(at)] + (at % 1) * (take[int(at) + 1] - take[int(at)]) for at in positions]
        position += step * BLOCK
    return out


def _stretched(take: Sound, longer: float, chance: Random) -> Sound:
    """As long as that without another pitch: pieces of 30 ms laid over each other where they are alike (WSOLA)."""
    hop, search = 120, 40
    fade = [0.5 - 0.5 * math.cos(math.pi * i / hop) for i in range(hop)]
    out = take[:hop]
    tail = take[hop : 2 * hop]
    source = hop / longer
    while int(source) + search + 2 * hop < len(take):
        wanted = int(source) + chance.randrange(-8, 9)
        start = _most_alike(take, tail, max(0, wanted - search), wanted + search)
        out += [
            old + up * (new - old) for old, new, up in zip(tail, islice(take, start, start + hop), fade, strict=True)
        ]
        tail = take[start + hop : start + 2 * hop]
        source += hop / longer
    return out + tail


def _most_alike(take: Sound, tail: Sound, first: int, last: int) -> int:
    """Where the recording goes on most like the tail, looked at coarsely."""
    thin = tail[::5]
    best, found = -math.inf, first
    for start in range(first, last, 3):
        likeness = sum(map(float.__mul__, thin, take[start : start + len(tail) : 5]))
        if likeness > best:
            best, found = likeness, start
    return found


def _silence(chance: Random) -> Sound:
    return [0.0] * int(RATE * chance.uniform(*PAUSE_SECONDS))


def _coloured(sound: Sound, chance: Random) -> Sound:
    """Through one telephone or another: a little brighter or duller."""
    tilt = chance.uniform(-0.35, 0.35)
    return [now + tilt * before for now, before in zip(sound, islice(sound, 1, None), strict=False)]


def _wav(sound: Sound) -> bytes:
    scale = LOUDEST / max(map(abs, sound))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", [int(value * scale) for value in sound]).tobytes())
    return out.getvalue()


@cache
def _letters() -> list[str]:
    return sorted(path.stem for path in (VOICES / _NAMES[0]).glob("?.wav"))


def recording(voice: str, said: str) -> Sound:
    """Of loudness 1 on average."""
    samples, loudness = _kept(voice, said)
    return [(value - 128.0) / loudness for value in samples]


@cache
def _kept(voice: str, said: str) -> tuple[bytes, float]:
    """As recorded, a byte for each sample, which is all that stays in memory; and how loud that is."""
    with wave.open(str(VOICES / voice / f"{said}.wav"), "rb") as file:
        samples = file.readframes(file.getnframes())
    return samples, math.sqrt(sum((value - 128.0) ** 2 for value in samples) / len(samples))
