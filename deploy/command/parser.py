"""The command line in French: how a command is declared, read, explained and refused."""

import argparse
import importlib
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from deploy.command.console import Console
from deploy.command.deployed import left_to_engine, typed
from deploy.command.trouble import Trouble
from services.townhall.typography import NBSP

WRONG_USAGE = 2
LARGEST_NUMBER = 10**18 - 1  # PostgreSQL keeps it as a position
SHOWN_DIGITS = 20
Done = int | str | Iterable[str]
"""What a command returns: a sentence or lines to print; or its exit code, where it prints by itself."""


@dataclass(frozen=True)
class Argument:
    """One argument or option: what argparse's `add_argument` takes."""

    flags: tuple[str, ...]
    settings: Mapping[str, Any]


def argument(*flags: str, **settings: Any) -> Argument:
    return Argument(flags, settings)


@dataclass(frozen=True)
class Command:
    """One command. `name`: of a group's action, "group action"; `run`: "module:function", imported when the command runs."""

    name: str
    run: str
    help: str
    arguments: Sequence[Argument] = ()


def _invalid_choice(found: re.Match[str]) -> str:
    choices = found[2].replace("'", "")  # quoted by Python 3.11
    return f"« {found[1]} » n’est pas un choix ; les choix : {choices}"


FRENCH: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"the following arguments are required: ", "il manque "),
    (r"unrecognized arguments: ", "inconnu : "),
    (r"argument (\S+): ", r"\1 : "),
    (r"invalid choice: '?([^']*)'? \(choose from (.*)\)", _invalid_choice),
    (r"expected (one|at least one) argument", "une valeur est attendue"),
    (r"not allowed with argument (\S+)", r"ne va pas avec \1"),
)


class FrenchHelp(argparse.RawDescriptionHelpFormatter):
    """argparse's help with French headings and the space that French wants before a colon."""

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and f"{heading}{NBSP}")

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, f"Usage{NBSP}: " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"formatter_class": FrenchHelp, "add_help": False, "allow_abbrev": False, **kwargs})
        self._positionals.title = "À préciser"
        self._optionals.title = "Options"
        self.add_argument("-h", "--help", action="help", help="montre cette aide")

    def print_help(self, file: Any = None) -> None:
        """At once, so that a reader who has left is noticed here and not when Python ends."""
        super().print_help(file)
        (file or sys.stdout).flush()

    def error(self, message: str) -> NoReturn:
        for english, french in FRENCH:
            message = re.sub(english, french, message)
        if re.search(r"il manque .*SERVICE", message):
            from services.chassis.service_list import service_names

            message += f" ; les services : {', '.join(service_names())}"
        self.exit(WRONG_USAGE, f"{self.prog} : {message} (aide : {self.prog} --help)\n")

    def take(self, arguments: Iterable[Argument]) -> None:
        for one in arguments:
            added = self.add_argument(*one.flags, **one.settings)
            if added.nargs == argparse.REMAINDER:
                added.required = False  # argparse would say that they are missing


def build(description: str, commands: Iterable[Command], groups: Mapping[str, str]) -> FrenchParser:
    """The parser of these commands, in their order; `groups`: the help of each group of actions."""
    whole = FrenchParser(prog=typed(), description=description)
    top: Any = whole.add_subparsers(title="Commandes", metavar="COMMANDE", required=True)
    actions: dict[str, Any] = {"": top}

    def add(within: Any, name: str, help: str) -> FrenchParser:
        return within.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")

    for command in commands:
        group, _, name = command.name.rpartition(" ")
        if group not in actions:
            actions[group] = add(top, group, groups[group]).add_subparsers(
                title="Actions", metavar="ACTION", required=True
            )
        added = add(actions[group], name, command.help)
        added.set_defaults(run=lazily(command.run))
        added.take(command.arguments)
    return whole


def lazily(run: str) -> Callable[[argparse.Namespace], int]:
    """Imports a command's module when it runs: `parvis status` must not wait for what only `parvis test` needs."""
    module, _, function = run.partition(":")

    def imported_and_run(options: argparse.Namespace) -> int:
        if whose := left_to_engine(function, getattr(options, "service", None)):
            raise Trouble(whose)
        with Console(sys.stderr).busy("Chargement"):
            command: Callable[[argparse.Namespace], Done] = getattr(importlib.import_module(module), function)
        done = command(options)
        if isinstance(done, int):
            return done
        console = Console()
        for line in [done] if isinstance(done, str) else done:
            console.say(line)
        return 0

    return imported_and_run


def number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """What reads an option that is a whole number within these limits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise argparse.ArgumentTypeError(f"un nombre entier est attendu, pas « {text} »")
        most = LARGEST_NUMBER if highest is None else highest
        digits = text.lstrip("+-").lstrip("0")
        found = int(text) if len(digits) <= len(str(LARGEST_NUMBER)) else None  # Python reads no thousand of digits
        if found is None or not lowest <= found <= most:
            too_large = found is None or found > most
            limits = (
                f"entre {lowest} et {highest}" if highest else f"au plus {most}" if too_large else f"au moins {lowest}"
            )
            shown = text if len(text) <= SHOWN_DIGITS else f"{text[:SHOWN_DIGITS]}…"
            raise argparse.ArgumentTypeError(f"{shown} ne convient pas, il faut {limits}")
        return found

    return read


def names(text: str) -> list[str]:
    """What reads an option that is a list of names with commas between them."""
    return [name for name in (part.strip() for part in text.split(",")) if name]
