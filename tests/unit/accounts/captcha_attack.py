"""Programs that read the audio of a security code with the recordings that the product ships, as an attacker would.

`by_correlation` looks for the recordings as they are: ten lines, and enough for codes that were only put in a row under
noise. `by_spectrum` is the stronger one: it compares spectral envelopes, so noise, phase and level matter
less, moves them up and down for other pitches, and lets time run from half to twice as fast at any moment (dynamic time warping).
Both know how a code is built: five characters in a row, which do not overlap.
"""

import io
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]
Templates = Mapping[str, Sequence[Signal]]

RATE = 8000
CODE_LENGTH = 5
WINDOW, HOP, BANDS = 256, 180, 22
SHIFTS = (-1.2, 0.0, 1.2)  # in bands: about a fifth lower to a fifth higher
SHORTEST_FRAMES = 8
LENGTH_POWER = 0.5


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


def recordings(folder: Path) -> dict[str, list[Signal]]:
    """The shipped recordings by character, of every voice; what is said between characters is left out."""
    found: dict[str, list[Signal]] = {}
    for path in sorted(folder.rglob("*.wav")):
        if len(path.stem) == 1:
            found.setdefault(path.stem, []).append(read_wav(path.read_bytes()))
    return found


def by_correlation(sound: Signal, templates: Templates) -> str:
    """Normalised cross-correlation with each recording; half of the samples are enough for it."""
    sound = _halved(sound)
    candidates: list[Found] = []
    energy = np.concatenate(([0.0], np.cumsum(sound**2)))
    size = 1 << (2 * len(sound)).bit_length()
    spectrum = np.fft.rfft(sound, size)
    for character, takes in templates.items():
        for take in takes:
            template = _halved(take)
            if len(template) >= len(sound):
                continue
            product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(template, size)), size)
            places = len(sound) - len(template)
            local = np.sqrt(energy[len(template) :][: places + 1] - energy[: places + 1]) + 1e-9
            fits = product[: places + 1] / (local * np.linalg.norm(template))
            candidates += _peaks(fits, character, len(template))
    return _best_five(candidates, len(sound))


def by_spectrum(sound: Signal, templates: Templates) -> str:
    """Dynamic time warping of log-mel envelopes, each recording at each pitch, judged against its fit elsewhere in the sound."""
    heard = _envelope(sound, 0.0)
    candidates: list[Found] = []
    said = [one for one, takes in templates.items() for _ in takes for _ in SHIFTS]
    envelopes = [_envelope(take, shift) for takes in templates.values() for take in takes for shift in SHIFTS]
    for character, envelope, fits, starts in zip(said, envelopes, *_warped(envelopes, heard), strict=True):
        better_than_usual = (fits - np.median(fits)) * len(envelope) ** LENGTH_POWER
        candidates += _peaks_by_end(better_than_usual, character, starts)
    return _best_five(candidates, len(heard))


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
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::HOP][:count] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(frames)) ** 2 @ _filters(shift).T
    shape = np.log(power + 1e-3 * power.mean())
    shape -= shape.mean(axis=0)
    shape -= shape.mean(axis=1, keepdims=True)
    return (shape / (np.linalg.norm(shape, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def _warped(templates: Sequence[Signal], heard: Signal) -> tuple[Signal, NDArray[np.int64]]:
    """For each template, and each frame as its end: how well it fits there at best, and where it began."""
    lengths = np.array([len(one) for one in templates])
    padded = np.zeros((lengths.max(), len(templates), BANDS), dtype=np.float32)
    for place, one in enumerate(templates):
        padded[: len(one), place] = one
    frames = np.ascontiguousarray(heard.T)
    before = padded[1] @ frames
    first = _Path(padded[0] @ frames, np.tile(np.arange(len(heard)), (len(templates), 1)))
    steps = [first, _best_of(first.later(1).plus(before), first.later(2).plus(before))]
    fits, starts = np.empty_like(first.total), np.empty_like(first.starts)
    for row in range(2, len(padded)):
        likeness = padded[row] @ frames
        even, quick = (steps[-1].later(by).plus(likeness) for by in (1, 2))
        slow = steps[-2].later(1).plus(before + likeness)
        steps, before = [steps[-1], _best_of(_best_of(even, quick), slow)], likeness
        done = lengths == row + 1
        fits[done], starts[done] = steps[-1].total[done] / (row + 1), steps[-1].starts[done]
    return np.maximum(fits, -1), starts


@dataclass(frozen=True)
class _Path:
    """The best ways through the first rows of a template, by the frame at which they end."""

    total: Signal
    starts: NDArray[np.int64]

    def later(self, by: int) -> "_Path":
        total, starts = np.full_like(self.total, -np.inf), np.zeros_like(self.starts)
        total[:, by:], starts[:, by:] = self.total[:, :-by], self.starts[:, :-by]
        return _Path(total, starts)

    def plus(self, row: Signal) -> "_Path":
        return _Path(self.total + row, self.starts)


def _best_of(one: _Path, other: _Path) -> _Path:
    better = one.total >= other.total
    return _Path(np.where(better, one.total, other.total), np.where(better, one.starts, other.starts))


def _peaks(fits: Signal, character: str, length: int, most: int = 6) -> list[Found]:
    left = fits.copy()
    found: list[Found] = []
    for _ in range(most):
        place = int(left.argmax())
        found.append(Found(character, place, place + length, float(left[place])))
        left[max(0, place - length // 2) : place + length // 2] = -np.inf
    return found


def _peaks_by_end(fits: Signal, character: str, starts: NDArray[np.int64], most: int = 6) -> list[Found]:
    left = fits.copy()
    found: list[Found] = []
    for _ in range(most):
        end = int(left.argmax())
        if end - starts[end] >= SHORTEST_FRAMES and np.isfinite(left[end]):
            found.append(Found(character, int(starts[end]), end, float(left[end])))
        left[max(0, end - 15) : end + 15] = -np.inf
    return found


def _best_five(candidates: Sequence[Found], length: int) -> str:
    """The five that do not overlap and fit best together, in the order in which they are said."""
    order = sorted(candidates, key=lambda one: one.end)
    best: list[list[tuple[float, str]]] = [[(0.0, "")] * (length + 1)]
    for many in range(1, CODE_LENGTH + 1):
        row: list[tuple[float, str]] = [(-np.inf, "")] * (length + 1)
        place, before = 0, best[many - 1]
        for one in order:
            while place < one.end:
                row[place + 1] = max(row[place + 1], row[place], key=lambda pair: pair[0])
                place += 1
            score, said = before[one.start]
            if score + one.score > row[one.end][0]:
                row[one.end] = (score + one.score, said + one.character)
        for rest in range(place, length):
            row[rest + 1] = max(row[rest + 1], row[rest], key=lambda pair: pair[0])
        best.append(row)
    return best[CODE_LENGTH][length][1]
