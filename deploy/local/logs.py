"""The logs of all processes as one readable stream: a line of JSON becomes a line for a person."""

import argparse
import json
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from deploy.command.console import POLL_SECONDS, Console
from deploy.command.layout import Layout, here
from deploy.command.trouble import Trouble

COLOURS = {"error": "\x1b[31m", "critical": "\x1b[31m", "warning": "\x1b[33m"}
PLAIN = "\x1b[0m"
SHOWN_APART = ("timestamp", "level", "service", "event", "ms", "status", "logger")
DATED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")
CHATTER = re.compile(r"I\d{4} \d\d:\d\d:\d\d")
"""What the object store writes all day: shown only of its own log, when that is asked for."""
BEGINNING_BYTES = 65536


def logs(options: argparse.Namespace) -> int:
    """Prints the last lines, then follows when asked to."""
    layout, console = here(), Console()
    chosen = files(layout, options.service)
    if not chosen:
        known = ", ".join(file.stem for file in files(layout, None))
        raise Trouble(
            f"Aucun journal de ce nom ; ceux qui existent : {known}."
            if known
            else "Il n’y a pas encore de journal : démarrez Parvis avec ./parvis up."
        )
    recent: list[tuple[str, str]] = []
    for file in chosen:
        lines = last_lines(file, options.lines)
        wanted = lines if options.service else [line for line in lines if not CHATTER.match(line)]
        recent += [(time, readable(file.stem, line)) for time, line in dated(wanted)]
    for _, line in sorted(recent, key=lambda pair: pair[0])[-options.lines :]:
        console.say(line)
    follower = Follower(layout, console, options.service)
    while options.follow:
        follower.show_new()
        time.sleep(POLL_SECONDS * 5)
    return 0


def files(layout: Layout, service: str | None) -> list[Path]:
    """None where Parvis was never started; unlike a glob, says so when this account may not look."""
    try:
        found = list(layout.logs.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(file for file in found if file.suffix == ".log" and service in (None, file.stem))


def last_lines(file: Path, count: int) -> list[str]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - max(BEGINNING_BYTES, count * 400)))
        return stream.read().decode("utf-8", "replace").splitlines()[-count:]


class Follower:
    """Prints the lines that were written since it was made."""

    def __init__(self, layout: Layout, console: Console, service: str | None = None) -> None:
        self._layout = layout
        self._console = console
        self._service = service
        self._read = {file: file.stat().st_size for file in files(layout, service)}
        self._coloured = console.out.isatty()

    def show_new(self) -> None:
        for file in files(self._layout, self._service):
            size = file.stat().st_size
            begin = self._read.get(file, 0)
            if size < begin:  # emptied, having grown large
                begin = 0
            if size == begin:
                continue
            with file.open("rb") as stream:
                stream.seek(begin)
                text = stream.read(size - begin)
            whole, newline, _ = text.rpartition(b"\n")
            self._read[file] = begin + len(whole) + len(newline)
            for line in whole.decode("utf-8", "replace").splitlines():
                if self._service is None and CHATTER.match(line):
                    continue
                self._console.say(readable(file.stem, line, coloured=self._coloured))


def dated(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Lines of one log with what sorts them among those of others: their time, or that of the line before."""
    last = ""
    for line in lines:
        record = _parsed(line)
        found = DATED.match(str(record.get("timestamp", "")) if record else line)
        last = found[0].replace(" ", "T") if found else last
        yield last, line


def readable(name: str, line: str, *, coloured: bool = False) -> str:
    """`14:02:03 requests     submit 12 ms ok procedure=…`: as it was logged."""
    record = _parsed(line)
    if record is None:
        return f"{'':8} {name:<12} {line}"
    clock = str(record.get("timestamp", ""))[11:19]
    parts = [str(record.get("event", ""))]
    if "ms" in record:
        parts.append(f"{float(record['ms']):.0f} ms")
    if "status" in record:
        parts.append(str(record["status"]))
    parts += [f"{key}={value}" for key, value in record.items() if key not in SHOWN_APART and value not in (None, "")]
    text = f"{clock:8} {record.get('service', name):<12} {' '.join(parts)}"
    colour = COLOURS.get(str(record.get("level", "")), "") if coloured else ""
    return f"{colour}{text}{PLAIN}" if colour else text


def _parsed(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None
