"""The commands of `parvis` and their options, in French."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from deploy.local import bench_options
from deploy.local.console import Console
from deploy.local.deployed import left_to_compose, typed
from deploy.local.layout import here
from deploy.local.trouble import INTERRUPTED, Trouble, of_the_machine, of_the_portal
from services.chassis.errors import Refusal

WRONG_USAGE = 2
LARGEST_NUMBER = 10**18 - 1  # PostgreSQL keeps it as a position
SHOWN_DIGITS = 20
NO_BREAK = "\N{NO-BREAK SPACE}"
Run = Callable[[argparse.Namespace], int]

WORDS = {
    "agent.role": "rôle",
    "agent.permissions": "droits",
    "agent.username": "nom d’utilisateur",
    "username": "nom d’utilisateur",
    "agent.email": "courriel",
    "email": "courriel",
    "recipient": "adresse",
    "list_id": "identifiant de la liste",
    "numbers": "numéros",
}
"""What a command asks for, by the name that a service gives it in a refusal."""


def _no_choice(told: re.Match[str]) -> str:
    choices = told[2].replace("'", "")  # quoted by Python 3.11
    return f"« {told[1]} » n’est pas un choix ; les choix : {choices}"


FRENCH: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"the following arguments are required: ", "il manque "),
    (r"unrecognized arguments: ", "inconnu : "),
    (r"argument (\S+): ", r"\1 : "),
    (r"invalid choice: '?([^']*)'? \(choose from (.*)\)", _no_choice),
    (r"expected (one|at least one) argument", "une valeur est attendue"),
    (r"not allowed with argument (\S+)", r"ne va pas avec \1"),
)


class FrenchHelp(argparse.RawDescriptionHelpFormatter):
    """argparse's help with French headings and the space that French wants before a colon."""

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and f"{heading}{NO_BREAK}")

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, f"Usage{NO_BREAK}: " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """A parser whose help and errors are in French."""

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
            from services.chassis.house import service_names

            message += f" ; les services : {', '.join(service_names())}"
        self.exit(WRONG_USAGE, f"{self.prog} : {message} (aide : {self.prog} --help)\n")


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


def lazily(module: str, function: str) -> Run:
    """Imports a command's module when it runs: `parvis status` must not wait for what only `parvis test` needs."""

    def run(options: argparse.Namespace) -> int:
        if whose := left_to_compose(function, getattr(options, "service", None)):
            raise Trouble(whose)
        with Console(sys.stderr).busy("Chargement"):
            command: Run = getattr(importlib.import_module(f"deploy.local.{module}"), function)
        return command(options)

    return run


def parser() -> FrenchParser:
    whole = FrenchParser(prog=typed(), description="Parvis, l’espace citoyen d’une mairie, sur cette machine.")
    commands = whole.add_subparsers(title="Commandes", metavar="COMMANDE", required=True)

    def command(name: str, run: Run, help: str, within: Any = commands) -> FrenchParser:
        added: FrenchParser = within.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        added.set_defaults(run=run)
        return added

    def group(name: str, help: str) -> Any:
        added = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        return added.add_subparsers(title="Actions", metavar="ACTION", required=True)

    _add_life(command)
    _add_development(command)
    _add_operation(command, group)
    return whole


def _add_life(command: Callable[..., FrenchParser]) -> None:
    up = command("up", lazily("up", "up"), "démarre tout, et importe la commune de démonstration la première fois")
    up.add_argument("--detach", action="store_true", help="rend la main quand tout est prêt")
    up.add_argument("--json", action="store_true", help="écrit les adresses, sans mot de passe, en un seul objet JSON")
    up.add_argument(
        "--port", type=number(1, 65535), metavar="N", help="port du portail (sinon le premier libre dès 8000)"
    )
    up.add_argument("--fresh", action="store_true", help="efface les données de cette instance et recommence à neuf")
    up.add_argument("--no-demo", action="store_true", help="démarre une commune vide")
    up.add_argument("--background", action="store_true", help=argparse.SUPPRESS)
    command("down", lazily("down", "down"), "arrête tout, dans l’ordre")
    status = command("status", lazily("status", "status"), "montre chaque processus : numéro, état, mémoire")
    status.add_argument("--json", action="store_true", help="écrit l’état en un seul objet JSON")
    logs = command(
        "logs",
        lazily("logs", "logs"),
        "montre les journaux ; une page y laisse une ligne par processus qui y a répondu",
    )
    logs.add_argument("service", nargs="?", help="un seul processus (requests, gateway, relay…)")
    logs.add_argument("-f", "--follow", action="store_true", help="continue avec ce qui arrive")
    logs.add_argument("-n", "--lines", type=number(1), default=200, metavar="N", help="nombre de lignes (200)")
    command(
        "version", lazily("version", "version"), "dit la version de Parvis et de ce qu’il apporte (aussi : --version)"
    )


def _add_development(command: Callable[..., FrenchParser]) -> None:
    test = command(
        "test",
        lazily("tests", "tests"),
        "lance tous les tests, ou ceux que les options de pytest choisissent ; --compose : ceux du déploiement par Docker",
    )
    test.add_argument("arguments", nargs=argparse.REMAINDER, help="options et chemins pour pytest")
    command("check", lazily("checks", "checks"), "vérifie style, types, couches, sécurité et secrets")
    command("lock", lazily("lock", "lock"), "fige à nouveau les versions des paquets Python")
    bench = command("bench", lazily("tests", "bench"), "mesure les temps et débits, sur une instance à part")
    bench_options.add_to(bench)  # told here, read by the measure itself
    bench.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def _add_operation(command: Callable[..., FrenchParser], group: Callable[[str, str], Any]) -> None:
    imported = command("import", lazily("import_town", "run"), "importe une commune décrite par des fichiers YAML")
    imported.add_argument("folder", metavar="DIR", help="dossier des fichiers (voir deploy/demo-town)")
    for flag, said in (
        ("--withdraw", "retire du portail les démarches que ces fichiers ne nomment plus"),
        ("--yes", "remplace le nom d’une autre commune sans demander (pour un script)"),
        ("--apply", "fait suivre accounts.yaml aussi pour ce qu’une page ou une commande a modifié d’un agent"),
    ):
        imported.add_argument(flag, action="store_true", help=said)
    code = command("code", lazily("logins", "code"), "donne le code à usage unique d’un agent de démonstration")
    code.add_argument("name", metavar="NOM", help="nom d’utilisateur de l’agent")
    rebuild = command("rebuild", lazily("operate", "rebuild"), "reconstruit les vues à partir des événements")
    rebuild.add_argument("service", nargs="?", help="un seul service (tous sinon)")
    verify = command(
        "verify", lazily("operate", "verify"), "vérifie la chaîne des événements, et les fichiers gardés (documents)"
    )
    verify.add_argument("service", nargs="?", help="un seul service (tous sinon)")
    republish = command("republish", lazily("operate", "republish"), "publie à nouveau les événements d’un service")
    republish.add_argument("service", metavar="SERVICE", help="le service dont les événements repartent")
    republish.add_argument(
        "--from",
        dest="position",
        type=number(1),
        required=True,
        metavar="POSITION",
        help="numéro du premier événement à publier, dans l’ordre de ce service ; 1 : tous",
    )
    psql = command("psql", lazily("operate", "psql"), "ouvre psql sur la base d’un service")
    psql.add_argument("service", metavar="SERVICE", help="le service dont la base s’ouvre")
    passed_to_it = psql.add_argument("arguments", nargs=argparse.REMAINDER, help="options de psql")
    passed_to_it.required = False  # or argparse would say that they are missing

    letters = group("dead-letters", "montre, relance et écarte les messages qui n’ont pas pu être traités")
    letters_of: dict[str, argparse.ArgumentParser] = {}
    listed = command("list", lazily("operate", "list_dead_letters"), "liste les messages en échec", letters)
    listed.add_argument("service", nargs="?", help="un seul service (tous sinon)")
    for name, function, help in (
        ("show", "show_dead_letter", "montre un message en échec et sa raison"),
        ("retry", "retry_dead_letter", "traite à nouveau un message en échec"),
        ("dismiss", "dismiss_dead_letter", "écarte pour de bon un message en échec, avec un motif"),
    ):
        one = letters_of[name] = command(name, lazily("operate", function), help, letters)
        one.add_argument("service", metavar="SERVICE", help="le service où le message est en échec")
        one.add_argument("id", metavar="ID", help="identifiant donné par list")
    listed.add_argument("--dismissed", action="store_true", help="ceux qui ont été écartés, avec leur motif")
    dismissed = letters_of["dismiss"]
    dismissed.add_argument("--reason", required=True, metavar="MOTIF", help="pourquoi ; le motif est gardé")
    dismissed.add_argument("--by", metavar="NOM", help="qui l’écarte (sinon le nom du compte de cette machine)")

    mail = group("mail", "vérifie que les courriels partent")
    tried = command(
        "test", lazily("mail", "test"), "envoie un courriel d’essai et dit ce que le serveur en a fait", mail
    )
    tried.add_argument("recipient", metavar="ADRESSE", help="à qui l’envoyer")

    partner = group("partner", "donne ou retire à un partenaire l’accès aux événements, et montre qui l’a")
    command("list", lazily("operate", "list_partners"), "montre les partenaires qui ont accès", partner)
    for name, help in (("add", "crée l’accès et donne son adresse AMQP"), ("revoke", "retire l’accès")):
        one = command(name, lazily("operate", f"{name}_partner"), help, partner)
        one.add_argument("name", metavar="NOM", help="nom du partenaire")
    command("renew", lazily("operate", "renew_stream"), "refait leur flux, sous une nouvelle identité", partner)

    ends = group("retention", "met fin aux demandes dont la durée de conservation est écoulée")
    command("list", lazily("retention", "show_lists"), "montre les listes d’élimination", ends)
    command("draw", lazily("retention", "draw"), "dresse une liste ; rien n’est encore détruit", ends)
    shown = command("show", lazily("retention", "show"), "montre une liste, une ligne par demande", ends)
    agreed = command("approve", lazily("retention", "approve"), "enregistre le visa des archives départementales", ends)
    for one in (shown, agreed):
        one.add_argument("id", metavar="ID", help="identifiant donné par list ou draw")
    agreed.add_argument("--visa", required=True, help="référence du visa")
    agreed.add_argument("--by", metavar="NOM", help="qui l’enregistre (sinon le nom du compte de cette machine)")
    agreed.add_argument(
        "numbers",
        nargs="*",
        metavar="NUMÉRO",
        help="les seules demandes à effacer (sans numéro : toutes celles qui sont à détruire)",
    )

    vault = group("vault", "garde ce que les citoyens enregistrent de leurs autres espaces")
    command("rotate", lazily("vault", "rotate"), "le remet sous la première clé de PARTNER_KEYS", vault)

    agent = group("agent", "montre les agents, les invite, change leurs droits, leur ferme ou leur rouvre le portail")
    command("list", lazily("agents", "show"), "montre les agents, leur rôle, leurs services et leur état", agent)
    named = [
        command(name, lazily("agents", name.replace("-", "_")), help, agent)
        for name, help in (
            ("disable", "empêche un agent de se connecter et termine ses sessions"),
            ("invite", "envoie à un agent un lien pour choisir un mot de passe et un second facteur"),
            ("enable", "laisse de nouveau se connecter un agent désactivé"),
            ("second-factor", "remplace le second facteur d’un agent"),
        )
    ]
    rights = command(
        "rights",
        lazily("agents", "rights"),
        "montre les droits d’un agent ; avec une option, les change et termine ses sessions",
        agent,
    )
    rights.add_argument(
        "--role", default="", metavar="RÔLE", help="agent, editor ou administrator, avec ses droits usuels"
    )
    for option, help in (
        ("--add", "droits à ajouter"),
        ("--remove", "droits à retirer"),
        ("--departments", "ses services, à la place de ceux d’à présent"),
    ):
        rights.add_argument(option, type=names, default=[], metavar="NOM,NOM", help=help)
    for one in (*named, rights):
        one.add_argument("name", metavar="AGENT", help="nom d’utilisateur de l’agent")

    admin = group("admin", "gère les comptes d’administration")
    added = command(
        "add",
        lazily("operate", "add_admin"),
        "crée un compte d’administration et montre, cette seule fois, son mot de passe et son secret",
        admin,
    )
    added.add_argument("username", metavar="NOM", help="nom d’utilisateur")
    added.add_argument("--email", required=True, help="adresse électronique professionnelle")


def passed_on(argv: Sequence[str]) -> list[str]:
    """The same command, with what belongs to pytest or to the bench set apart: argparse would take `-n0` for one of ours."""
    command, *rest = argv or [""]
    if command == "--version":
        command, argv = "version", ["version", *rest]
    apart = command in {"test", "bench"} and rest[:1] not in ([], ["-h"], ["--help"])
    return [command, "--", *rest] if apart else list(argv)


def told(refusal: Refusal) -> str:
    """A refusal in one line, nothing twice: a field that says the same, and maybe more, takes the sentence's place."""
    texts = refusal.fields.values()
    if any(text.startswith(refusal.message) for text in texts):
        return " ".join(dict.fromkeys(texts))
    return " ".join([refusal.message, *(f"{WORDS.get(name, name)} : {text}" for name, text in refusal.fields.items())])


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; every foreseen failure is one sentence on the error stream and exit code 1."""
    try:
        options = parser().parse_args(passed_on(sys.argv[1:] if argv is None else argv))
        return options.run(options)
    except Trouble as trouble:
        print(f"parvis : {trouble}", file=sys.stderr)
    except Refusal as refusal:
        print(f"parvis : {told(refusal)}", file=sys.stderr)
    except BrokenPipeError:
        # Whoever read us (head, less) has enough. What is still to be written at the end goes nowhere, without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except OSError as error:
        if (known := of_the_machine(error, here().home)) is None:
            raise
        print(f"parvis : {known}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if (known := of_the_portal(error)) is None:
            raise
        print(f"parvis : {known}", file=sys.stderr)
    return 1
