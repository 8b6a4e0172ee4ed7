"""The options of `parvis bench`, for the command that explains them and for the measure that reads them."""

import argparse
from typing import Any

from deploy.command.layout import ROOT
from deploy.command.parser import Argument, argument, number

JOBS = (
    "start",
    "rest",
    "read",
    "list",
    "submit",
    "pages",
    "home",
    "list-page",
    "file-page",
    "login",
    "chain",
    "append",
    "growth",
    "memory",
    "overload",
)
USUAL = [job for job in JOBS if job != "overload"]
PEER = "événements par seconde du pair sur cette machine, en mode sûr : la barre des ajouts est au triple (1163)"
BEFORE = "ms de CPU par seconde d’une version antérieure au repos, mesurées ici peu avant : la barre est au sixième"
HOME = str(ROOT / ".parvis" / "bench")
CLUSTER = (
    "ce que coûtent trois serveurs de chaque sorte (RabbitMQ, PostgreSQL, etcd) à côté d’un seul, tour à tour ; "
    "ou une part de ce coût : les copies seules (copies), les files d’appels quorum (calls), "
    "l’attente d’un second PostgreSQL (standby)"
)
AGAINST = "ce que coûte cette version à côté de celle d’un commit, tour à tour, chacune mesurée par son propre banc"
OF_TWO_VERSIONS = ("read", "list", "submit", "chain")
ON_A_CLUSTER = {
    "all": (*OF_TWO_VERSIONS, "rest"),
    "copies": (*OF_TWO_VERSIONS, "rest"),
    "calls": OF_TWO_VERSIONS,
    "standby": OF_TWO_VERSIONS,
}
"""What can be measured of each comparison: at rest two portals can, at the same time, not one that is changed by turns."""
PAIRS = 5
MEANT: dict[str | None, dict[str, Any]] = {
    None: {"jobs": USUAL, "sizes": [1000, 100_000], "chain_seconds": 60.0, "chain_rate": 60.0},
    "--cluster": {
        "sizes": [1000],
        "chain_seconds": 20.0,
        "chain_rate": 10.0,
        "pairs": PAIRS,
    },
    "--against": {
        "jobs": list(OF_TWO_VERSIONS),
        "sizes": [1000],
        "chain_seconds": 20.0,
        "chain_rate": 30.0,
        "pairs": PAIRS,
    },
}
"""What is meant where an option is not given: in a measure of one, and in either comparison."""


def _number(flag: str, default: float | None, help: str) -> Argument:
    return argument(flag, type=float, default=default, metavar="N", help=help)


OPTIONS = (
    argument(
        "--jobs",
        nargs="+",
        choices=JOBS,
        help=f"ce qui est mesuré (tout, sauf overload ; avec --against : {', '.join(OF_TWO_VERSIONS)} ; avec --cluster : ces quatre et rest)",
    ),
    argument(
        "--sizes",
        nargs="+",
        type=number(1),
        metavar="N",
        help="demandes en base (1000 100000 ; avec --against ou --cluster : 1000)",
    ),
    argument(
        "--listed",
        type=int,
        default=1_000_000,
        metavar="N",
        help="demandes dans la liste des agents, à la fin (1000000)",
    ),
    _number("--seconds", 6.0, "durée de chaque boucle, en secondes (6)"),
    _number("--chain-seconds", None, "durée de la chaîne entière, en secondes (60 ; avec --against ou --cluster : 20)"),
    _number(
        "--chain-rate",
        None,
        "dépôts par seconde dans la chaîne entière (60 ; avec --against : 30 ; avec --cluster : 10)",
    ),
    _number("--peer", 1163.0, PEER),
    _number("--rest-before", None, BEFORE),
    argument("--cluster", nargs="?", const="all", choices=ON_A_CLUSTER, help=CLUSTER),
    argument("--against", metavar="COMMIT", help=AGAINST),
    argument(
        "--pairs", type=number(1), metavar="N", help=f"mesures de chaque côté, avec --against ou --cluster ({PAIRS})"
    ),
    argument("--repeats", type=int, default=3, metavar="N", help="répétitions des ajouts d’événements (3)"),
    argument("--home", default=HOME, metavar="DIR", help="dossier de l’instance mesurée (.parvis/bench)"),
    argument("--keep", action="store_true", help="laisse l’instance en marche, pour la mesure suivante"),
    argument("--json", action="store_true", help="écrit un objet JSON ; le tableau va sur la sortie d’erreur"),
)


def comparison(options: argparse.Namespace) -> str | None:
    """The option that asks for one; None for a measure of one."""
    return "--cluster" if options.cluster else "--against" if options.against else None


def contradiction(options: argparse.Namespace) -> str | None:
    """What these options ask for and cannot be done, in a sentence; None where all goes together."""
    asked = comparison(options)
    if options.pairs and not asked:
        return "--pairs ne va qu’avec --against ou --cluster"
    if options.keep and asked:
        return f"--keep ne va pas avec {asked}"
    if not options.cluster:
        return None
    if options.against:
        return "--against ne va pas avec --cluster"
    if options.sizes and len(options.sizes) > 1:
        return "--cluster ne prend qu’un nombre pour --sizes"
    measured = ON_A_CLUSTER[options.cluster]
    if others := [job for job in options.jobs or () if job not in measured]:
        asked = "--cluster" if options.cluster == "all" else f"--cluster {options.cluster}"
        return f"{asked} ne mesure pas {', '.join(others)} ; ce qu’il mesure : {', '.join(measured)}"
    return None


def completed(options: argparse.Namespace) -> argparse.Namespace:
    """The same options, with what is meant by those that were not given."""
    of_cluster = {"jobs": list(ON_A_CLUSTER[options.cluster])} if options.cluster else {}
    for name, meant in {**MEANT[comparison(options)], **of_cluster}.items():
        if getattr(options, name) is None:
            setattr(options, name, meant)
    return options
