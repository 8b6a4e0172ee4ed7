"""The options of `parvis bench`, for the command that explains them and for the measure that reads them."""

import argparse

from deploy.command.layout import ROOT
from deploy.command.parser import Argument, argument, number

JOBS = (
    "start",
    "rest",
    "read",
    "list",
    "submit",
    "home",
    "list-page",
    "file-page",
    "login",
    "chain",
    "append",
    "growth",
)
PEER = "événements par seconde du pair sur cette machine, en mode sûr : la barre des ajouts est au triple (1163)"
BEFORE = "ms de CPU par seconde d’une version antérieure au repos, mesurées ici peu avant : la barre est au sixième"
HOME = str(ROOT / ".parvis" / "bench")
CLUSTER = "ce que coûtent trois serveurs de chaque sorte (RabbitMQ, PostgreSQL, etcd) à côté d’un seul, tour à tour"
ON_A_CLUSTER = ("read", "list", "submit", "chain", "rest")
PAIRS = 5
WITHOUT_COMPARISON = {"jobs": list(JOBS), "sizes": [1000, 100_000], "chain_seconds": 60.0, "chain_rate": 60.0}
WITH_CLUSTER = {"jobs": list(ON_A_CLUSTER), "sizes": [1000], "chain_seconds": 20.0, "chain_rate": 10.0, "pairs": PAIRS}
"""What is meant where an option is not given."""


def _number(flag: str, default: float | None, help: str) -> Argument:
    return argument(flag, type=float, default=default, metavar="N", help=help)


OPTIONS = (
    argument(
        "--jobs",
        nargs="+",
        choices=JOBS,
        help=f"ce qui est mesuré (tout ; avec --cluster : {', '.join(ON_A_CLUSTER)})",
    ),
    argument(
        "--sizes",
        nargs="+",
        type=number(1),
        metavar="N",
        help="demandes en base (1000 100000 ; avec --cluster : 1000)",
    ),
    argument(
        "--listed",
        type=int,
        default=1_000_000,
        metavar="N",
        help="demandes dans la liste des agents, à la fin (1000000)",
    ),
    _number("--seconds", 6.0, "durée de chaque boucle, en secondes (6)"),
    _number("--chain-seconds", None, "durée de la chaîne entière, en secondes (60 ; avec --cluster : 20)"),
    _number("--chain-rate", None, "dépôts par seconde dans la chaîne entière (60 ; avec --cluster : 10)"),
    _number("--peer", 1163.0, PEER),
    _number("--rest-before", None, BEFORE),
    argument("--cluster", action="store_true", help=CLUSTER),
    argument("--pairs", type=number(1), metavar="N", help=f"mesures de chaque côté, avec --cluster ({PAIRS})"),
    argument("--repeats", type=int, default=3, metavar="N", help="répétitions des ajouts d’événements (3)"),
    argument("--home", default=HOME, metavar="DIR", help="dossier de l’instance mesurée (.parvis/bench)"),
    argument("--keep", action="store_true", help="laisse l’instance en marche, pour la mesure suivante"),
    argument("--json", action="store_true", help="écrit un objet JSON ; le tableau va sur la sortie d’erreur"),
)


def contradiction(options: argparse.Namespace) -> str | None:
    """What these options ask for and cannot be done, in a sentence; None where all goes together."""
    if options.pairs and not options.cluster:
        return "--pairs ne va qu’avec --cluster"
    if not options.cluster:
        return None
    if options.keep:
        return "--keep ne va pas avec --cluster"
    if options.sizes and len(options.sizes) > 1:
        return "--cluster ne prend qu’un nombre pour --sizes"
    if others := [job for job in options.jobs or () if job not in ON_A_CLUSTER]:
        return f"--cluster ne mesure pas {', '.join(others)} ; ce qu’il mesure : {', '.join(ON_A_CLUSTER)}"
    return None


def completed(options: argparse.Namespace) -> argparse.Namespace:
    """The same options, with what is meant by those that were not given."""
    for name, meant in (WITH_CLUSTER if options.cluster else WITHOUT_COMPARISON).items():
        if getattr(options, name) is None:
            setattr(options, name, meant)
    return options
