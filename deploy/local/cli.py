"""The commands of `parvis`: those of this machine, and the operators'; what a failure says and its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence

from deploy.command.layout import here
from deploy.command.parser import Command, FrenchParser, argument, build, number
from deploy.command.trouble import INTERRUPTED, explained
from deploy.local import bench_options
from deploy.operator import options as operator

DESCRIPTION = "Parvis, l’espace citoyen d’une mairie, sur cette machine."
PASSED_ON = argparse.REMAINDER

INSTANCE = (
    Command(
        "up",
        "deploy.local.up:up",
        "démarre tout, et importe la commune de démonstration la première fois",
        (
            argument("--detach", action="store_true", help="rend la main quand tout est prêt"),
            argument(
                "--json", action="store_true", help="écrit les adresses, sans mot de passe, en un seul objet JSON"
            ),
            argument(
                "--port", type=number(1, 65535), metavar="N", help="port du portail (sinon le premier libre dès 8000)"
            ),
            argument("--fresh", action="store_true", help="efface les données de cette instance et recommence à neuf"),
            argument("--no-demo", action="store_true", help="démarre une commune vide"),
            argument("--background", action="store_true", help=argparse.SUPPRESS),
        ),
    ),
    Command("down", "deploy.local.down:down", "arrête tout, dans l’ordre"),
    Command(
        "status",
        "deploy.local.status:status",
        "montre chaque processus : numéro, état, mémoire",
        (argument("--json", action="store_true", help="écrit l’état en un seul objet JSON"),),
    ),
    Command(
        "logs",
        "deploy.local.logs:logs",
        "montre les journaux ; une page y laisse une ligne par processus qui y a répondu",
        (
            argument("service", nargs="?", help="un seul processus (requests, gateway, relay…)"),
            argument("-f", "--follow", action="store_true", help="continue avec ce qui arrive"),
            argument("-n", "--lines", type=number(1), default=200, metavar="N", help="nombre de lignes (200)"),
        ),
    ),
    Command(
        "version",
        "deploy.local.version:version",
        "dit la version de Parvis et de ce qu’il apporte (aussi : --version)",
    ),
)
DEVELOPMENT = (
    Command(
        "test",
        "deploy.local.tests:tests",
        "lance tous les tests, ou ceux que les options de pytest choisissent ; --compose : ceux du déploiement par Docker ; "
        "--cluster : ceux de trois machines",
        (argument("arguments", nargs=PASSED_ON, help="options et chemins pour pytest"),),
    ),
    Command("check", "deploy.local.development:checks", "vérifie style, types, couches, sécurité et secrets"),
    Command("lock", "deploy.local.development:lock", "fige à nouveau les versions des paquets Python"),
    Command(
        "bench",
        "deploy.local.development:bench",
        "mesure les temps et débits, sur une instance à part",
        (*bench_options.OPTIONS, argument("arguments", nargs=PASSED_ON, help=argparse.SUPPRESS)),
    ),
)


def parser() -> FrenchParser:
    return build(DESCRIPTION, (*INSTANCE, *DEVELOPMENT, *operator.COMMANDS), operator.GROUPS)


def passed_on(argv: Sequence[str]) -> list[str]:
    """The same command, with what belongs to pytest or to the bench set apart: argparse would take `-n0` for one of ours."""
    command, *rest = argv or [""]
    if command == "--version":
        command, argv = "version", ["version", *rest]
    apart = command in {"test", "bench"} and rest[:1] not in ([], ["-h"], ["--help"])
    return [command, "--", *rest] if apart else list(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; every foreseen failure is one sentence on the error stream and exit code 1."""
    try:
        options = parser().parse_args(passed_on(sys.argv[1:] if argv is None else argv))
        return options.run(options)
    except BrokenPipeError:
        # The reader (head, less) has enough. What is still to be written at the end goes nowhere, without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if (sentence := explained(error, here().home)) is None:
            raise
        print(f"parvis : {sentence}", file=sys.stderr)
    return 1
