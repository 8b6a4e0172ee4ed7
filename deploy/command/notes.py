"""What the command wrote for itself and reads back: of its shape, or refused in one sentence that names the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from deploy.command.trouble import Trouble
from services.chassis.setting_forms import LARGEST_PORT

T = TypeVar("T")
LARGEST_PID = 4_194_304  # of Linux
REWRITE = "./parvis down puis ./parvis up l’écrivent à nouveau"


class Damaged(Trouble):
    """A file of the instance that is not what we wrote there."""


def damaged(path: Path, remedy: str) -> Damaged:
    return Damaged(f"Le fichier {path} est abîmé : {remedy}.")


def read(path: Path, shape: Callable[[str], T], remedy: str) -> T | None:
    """What `shape` makes of the file, None when it is missing; raises Damaged, with what to do, where that fails.

    `shape` raises what Python raises for a wrong value: ValueError, TypeError, KeyError, AttributeError.
    """
    try:
        return shape(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, IsADirectoryError) as error:
        raise damaged(path, remedy) from error


def texts(text: str) -> dict[str, str]:
    """An object of JSON in which every value is a text."""
    found: dict[str, Any] = json.loads(text)
    if not all(isinstance(value, str) for value in found.values()):
        raise ValueError
    return found


def running(text: str) -> dict[str, Any]:
    """The processes and addresses of an instance, as the supervisor wrote them."""
    found: dict[str, Any] = json.loads(text)
    numbers = [found["pid"], *(process["pid"] for process in found["processes"].values())]
    ports = [process["health"] for process in found["processes"].values()]
    whole = all(is_number(one, LARGEST_PID) for one in numbers)
    whole = whole and all(port is None or is_number(port, LARGEST_PORT) for port in ports)
    if not whole or not isinstance(found["ready"], bool) or (found["ready"] and not found["addresses"]["gateway"]):
        raise ValueError
    return found


def is_number(found: Any, most: int) -> bool:
    """Whether it is a whole number from 1 on."""
    return isinstance(found, int) and not isinstance(found, bool) and 0 < found <= most
