"""The options of `parvis bench`, for the command that explains them and for the measure that reads them."""

from deploy.command.layout import ROOT
from deploy.command.parser import Argument, argument

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


def _number(flag: str, default: float | None, help: str) -> Argument:
    return argument(flag, type=float, default=default, metavar="N", help=help)


OPTIONS = (
    argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS), help="ce qui est mesuré (tout)"),
    argument(
        "--sizes", nargs="+", type=int, default=[1000, 100_000], metavar="N", help="demandes en base (1000 100000)"
    ),
    argument(
        "--listed",
        type=int,
        default=1_000_000,
        metavar="N",
        help="demandes dans la liste des agents, à la fin (1000000)",
    ),
    _number("--seconds", 6.0, "durée de chaque boucle, en secondes (6)"),
    _number("--chain-seconds", 60.0, "durée de la chaîne entière, en secondes (60)"),
    _number("--chain-rate", 60.0, "dépôts par seconde dans la chaîne entière (60)"),
    _number("--peer", 1163.0, PEER),
    _number("--rest-before", None, BEFORE),
    argument("--repeats", type=int, default=3, metavar="N", help="répétitions des ajouts d’événements (3)"),
    argument("--home", default=HOME, metavar="DIR", help="dossier de l’instance mesurée (.parvis/bench)"),
    argument("--keep", action="store_true", help="laisse l’instance en marche, pour la mesure suivante"),
    argument("--json", action="store_true", help="écrit un objet JSON ; le tableau va sur la sortie d’erreur"),
)
