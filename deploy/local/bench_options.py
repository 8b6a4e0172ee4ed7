"""The options of `parvis bench`, for the command that explains them and for the measure that reads them. Imports nothing else."""

from __future__ import annotations

import argparse

from deploy.local.layout import ROOT

JOBS = ("start", "rest", "read", "list", "submit", "home", "login", "chain", "append", "growth")


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS), help="ce qui est mesuré (tout)")
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[1000, 100_000], metavar="N", help="demandes en base (1000 100000)"
    )
    for name, default, help in (
        ("--seconds", 6.0, "durée de chaque boucle, en secondes (6)"),
        ("--chain-seconds", 60.0, "durée de la chaîne entière, en secondes (60)"),
        ("--chain-rate", 60.0, "dépôts par seconde dans la chaîne entière (60)"),
    ):
        parser.add_argument(name, type=float, default=default, metavar="N", help=help)
    peer = "événements par seconde du pair sur cette machine, en mode sûr : la barre des ajouts est au triple (1163)"
    parser.add_argument("--peer", type=float, default=1163.0, metavar="N", help=peer)
    before = "ms de CPU par seconde d’une version antérieure au repos, mesurées ici peu avant : la barre est au sixième"
    parser.add_argument("--rest-before", type=float, metavar="N", help=before)
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="répétitions des ajouts d’événements (3)")
    home = str(ROOT / ".parvis" / "bench")
    parser.add_argument("--home", default=home, metavar="DIR", help="dossier de l’instance mesurée (.parvis/bench)")
    parser.add_argument("--keep", action="store_true", help="laisse l’instance en marche, pour la mesure suivante")
    parser.add_argument(
        "--json", action="store_true", help="écrit un objet JSON ; le tableau va sur la sortie d’erreur"
    )
