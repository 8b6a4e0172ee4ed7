"""Programs that read the audio of a security code with the recordings that the product ships, as an attacker would.

`by_correlation` looks for the recordings as they are: ten lines, and enough for codes that were only put in a row under
noise. `by_spectrum` is the stronger one: it compares spectral envelopes, so noise, phase and level matter
less, moves them up and down for other pitches, and lets time run from half to twice as fast at any moment (dynamic time warping).
Both know how a code is built: five characters in a row, which do not overlap.
"""

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]
Places = NDArray[np.int64]

RATE = 8000
CODE_LENGTH = 5
WINDOW, HOP, BANDS = 256, 180, 22
SHIFTS = (-1.2, 0.0, 1.2)  # in bands: about a fifth lower to a fifth higher
HANN = np.hanning(WINDOW)
SHORTEST_FRAMES = 8
LENGTH_POWER = 0.5
WAYS = 1 << 16  # more than frames in a sound
LIKENESS = 1 << 24
NO_WAY = -(1 << 56)  # no sum of likenesses makes up for it
TOGETHER = 32  # recordings at a time: as much as fits in a processor's cache


@dataclass(frozen=True)
class Found:
    """One character that may have been said: when, and how well it fits (higher is better)."""

    character: str
    start: int
    end: int
    score: float


def read_wav(data: bytes) -> Signal:
    """Samples about zero, of a mono file of 8 or 16 bits."""
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, RATE)
        frames = file.readframes(file.getnframes())
        if file.getsampwidth() == 1:
            return np.frombuffer(frames, np.uint8).astype(float) - 128
        return np.frombuffer(frames, "<i2").astype(float)


@dataclass
class Templates:
    """Recordings, each with its character, and what is computed of them once for all sounds."""

    takes: list[tuple[str, Signal]]

    def of(self, character: str) -> list[Signal]:
        return [take for one, take in self.takes if one == character]

    @cached_property
    def halved(self) -> list[tuple[str, Signal]]:
        return [(character, _halved(take)) for character, take in self.takes]

    @cached_property
    def envelopes(self) -> list[tuple[str, Signal]]:
        """Of each recording at each pitch."""
        return [(character, _envelope(take, shift)) for character, take in self.takes for shift in SHIFTS]


def recordings(folder: Path) -> Templates:
    """The shipped recordings of every voice; what is said between characters is left out."""
    paths = [path for path in sorted(folder.rglob("*.wav")) if len(path.stem) == 1]
    return Templates([(path.stem, read_wav(path.read_bytes())) for path in paths])


def by_correlation(sound: Signal, templates: Templates) -> str:
    """Normalised cross-correlation with each recording; half of the samples are enough for it."""
    sound = _halved(sound)
    candidates: list[Found] = []
    energy = np.concatenate(([0.0], np.cumsum(sound**2)))
    size = 1 << (len(sound) - 1).bit_length()  # what goes round the end falls on places that are not looked at
    spectrum = np.fft.rfft(sound, size)
    for character, template in templates.halved:
        if len(template) >= len(sound):
            continue
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(template, size)), size)
        places = len(sound) - len(template)
        local = np.sqrt(energy[len(template) :][: places + 1] - energy[: places + 1]) + 1e-9
        fits = product[: places + 1] / (local * np.linalg.norm(template))
        candidates += _peaks(fits, character, len(template))
    return _best_five(candidates)


def by_spectrum(sound: Signal, templates: Templates) -> str:
    """Dynamic time warping of log-mel envelopes, each recording at each pitch, judged against its fit elsewhere in the sound."""
    heard = _envelope(sound, 0.0)
    candidates: list[Found] = []
    fits_and_starts = _warped([envelope for _, envelope in templates.envelopes], heard)
    for (character, envelope), fits, starts in zip(templates.envelopes, *fits_and_starts, strict=True):
        better_than_usual = (fits - np.median(fits)) * len(envelope) ** LENGTH_POWER
        candidates += _peaks_by_end(better_than_usual, character, starts)
    return _best_five(candidates)


def _halved(signal: Signal) -> Signal:
    even = signal[: len(signal) // 2 * 2]
    return (even[::2] + even[1::2]) / 2


@cache
def _filters(shift: float) -> Signal:
    """Triangular filters, evenly spaced by ear; `shift` moves all of them by that many bands."""

    def mel(hertz: float) -> float:
        return 2595 * np.log10(1 + hertz / 700)

    step = (mel(3800) - mel(150)) / (BANDS + 1)
    edges = mel(150) + (np.arange(BANDS + 2) + shift) * step
    hertz = 700 * (10 ** (edges / 2595) - 1)
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)
    rising = (bins - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2])[:, None]
    falling = (hertz[2:, None] - bins) / (hertz[2:] - hertz[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling))


def _envelope(signal: Signal, shift: float) -> Signal:
    """Unit vectors, one for each 16 ms: the shape of the spectrum, without its level, tilt or constant colour."""
    count = 1 + (len(signal) - WINDOW) // HOP
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::HOP][:count] * HANN
    power = np.abs(np.fft.rfft(frames)) ** 2 @ _filters(shift).T
    shape = np.log(power + 1e-3 * power.mean())
    shape -= shape.mean(axis=0)
    shape -= shape.mean(axis=1, keepdims=True)
    return (shape / (np.linalg.norm(shape, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def _warped(templates: Sequence[Signal], heard: Signal) -> tuple[Signal, Places]:
    """For each template, and each frame as its end: how well it fits there at best, and where it began."""
    fits = np.empty((len(templates), len(heard)), dtype=np.float32)
    starts = np.empty(fits.shape, dtype=np.int64)
    by_length = sorted(range(len(templates)), key=lambda place: len(templates[place]))
    for first in range(0, len(by_length), TOGETHER):
        places = by_length[first : first + TOGETHER]
        fits[places], starts[places] = _warped_together([templates[place] for place in places], heard)
    return np.maximum(fits, -1), starts


def _warped_together(templates: Sequence[Signal], heard: Signal) -> tuple[Signal, Places]:
    """The best ways through the first rows of a template, by the frame at which they end. A way is one number: its sum of
    likenesses in steps of `1 / LIKENESS`, times `WAYS`, and the frame where it began. So the larger of two numbers is the better way."""
    lengths = np.array([len(one) for one in templates])
    padded = np.zeros((lengths.max(), len(templates), BANDS), dtype=np.float32)
    for place, one in enumerate(templates):
        padded[: len(one), place] = one
    frames = np.ascontiguousarray(heard.T) * np.float32(LIKENESS)

    def likeness(row: int) -> Places:
        return (padded[row] @ frames).astype(np.int64) * WAYS

    before = likeness(1)
    last_but_one = likeness(0) + np.arange(len(heard))
    last = _later(last_but_one, 1)
    _or_better(last, last_but_one, 2)
    last += before
    best = np.empty_like(last)
    for row in range(2, len(padded)):
        now = likeness(row)
        new = _later(last, 1)
        _or_better(new, last, 2)
        _or_better(new, last_but_one + before, 1)
        new += now
        last_but_one, last, before = last, new, now
        done = lengths == row + 1
        best[done] = last[done]
    return best // WAYS / (LIKENESS * lengths[:, None]), best % WAYS


def _later(ways: Places, by: int) -> Places:
    """The same ways, so many frames later; none ends before."""
    moved = np.full_like(ways, NO_WAY)
    moved[:, by:] = ways[:, :-by]
    return moved


def _or_better(ways: Places, others: Places, later: int) -> None:
    """Where another, so many frames later, is better, it takes the place."""
    np.maximum(ways[:, later:], others[:, :-later], out=ways[:, later:])


def _peaks(fits: Signal, character: str, length: int, most: int = 6) -> list[Found]:
    left = fits.copy()
    found: list[Found] = []
    for _ in range(most):
        place = int(left.argmax())
        found.append(Found(character, place, place + length, float(left[place])))
        left[max(0, place - length // 2) : place + length // 2] = -np.inf
    return found


def _peaks_by_end(fits: Signal, character: str, starts: NDArray[np.int32], most: int = 6) -> list[Found]:
    left = fits.copy()
    found: list[Found] = []
    for _ in range(most):
        end = int(left.argmax())
        if end - starts[end] >= SHORTEST_FRAMES and np.isfinite(left[end]):
            found.append(Found(character, int(starts[end]), end, float(left[end])))
        left[max(0, end - 15) : end + 15] = -np.inf
    return found


def _best_five(candidates: Sequence[Found]) -> str:
    """The five that do not overlap and fit best together, in the order in which they are said."""
    ranks = {
        place: rank for rank, place in enumerate(sorted({at for one in candidates for at in (one.start, one.end)}))
    }
    order = sorted((ranks[one.end], ranks[one.start], one.score, one.character) for one in candidates)
    best: list[tuple[float, str]] = [(0.0, "")] * (len(ranks) + 1)
    for _ in range(CODE_LENGTH):
        row: list[tuple[float, str]] = [(-np.inf, "")]
        for end, start, score, character in order:
            row += row[-1:] * (end + 1 - len(row))
            before, said = best[start]
            row[end] = max(row[end], (before + score, said + character))
        best = row + row[-1:] * (len(ranks) - len(row))
    return best[-1][1]
