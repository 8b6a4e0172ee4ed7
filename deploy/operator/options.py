"""The operators' commands and their options: all of them act on a portal that runs, and Compose's `tools` runs them too."""

import argparse

from deploy.command.parser import Argument, Command, argument, names, number

ONE_OR_ALL = argument("service", nargs="?", help="un seul service (tous sinon)")
LETTER = (
    argument("service", metavar="SERVICE", help="le service où le message est en échec"),
    argument("id", metavar="ID", help="identifiant donné par list"),
)
LIST = argument("id", metavar="ID", help="identifiant donné par list ou draw")
PARTNER = argument("name", metavar="NOM", help="nom du partenaire")
AGENT = argument("name", metavar="AGENT", help="nom d’utilisateur de l’agent")

GROUPS = {
    "addresses": "donne ou retire le fichier d’adresses de la commune, où les formulaires prennent leurs propositions",
    "dead-letters": "montre, relance et écarte les messages qui n’ont pas pu être traités",
    "mail": "vérifie que les courriels partent",
    "partner": "donne ou retire à un partenaire l’accès aux événements, et montre qui l’a",
    "retention": "met fin aux demandes dont la durée de conservation est écoulée",
    "vault": "garde ce que les citoyens enregistrent de leurs autres espaces",
    "agent": "montre les agents, les invite, change leurs droits, leur ferme ou leur rouvre le portail",
    "admin": "gère les comptes d’administration",
}


def _command(name: str, run: str, help: str, *arguments: Argument) -> Command:
    return Command(name, f"deploy.operator.{run}", help, arguments)


COMMANDS = (
    _command(
        "import",
        "import_town:run",
        "importe une commune décrite par des fichiers YAML",
        argument("folder", metavar="DIR", help="dossier des fichiers (voir deploy/demo-town)"),
        *(
            argument(flag, action="store_true", help=help)
            for flag, help in (
                ("--withdraw", "retire du portail les démarches que ces fichiers ne nomment plus"),
                ("--yes", "remplace le nom d’une autre commune sans demander (pour un script)"),
                ("--apply", "fait suivre accounts.yaml aussi pour ce qu’une page ou une commande a modifié d’un agent"),
            )
        ),
    ),
    _command(
        "addresses import",
        "addresses:import_addresses",
        "importe un extrait de la Base Adresse Nationale, à la place du précédent",
        argument("file", metavar="FICHIER", help="extrait en CSV, tel quel ou en .gz (voir docs/operating.md)"),
    ),
    _command("addresses remove", "addresses:remove", "retire le fichier : plus aucune adresse n’est proposée"),
    _command(
        "map",
        "town_map:run",
        "importe le plan de la commune, sur lequel un signalement se place",
        argument("file", metavar="FICHIER", help="fichier MBTiles d’images (voir docs/operating.md)"),
    ),
    _command(
        "code",
        "logins:code",
        "donne le code à usage unique d’un agent de démonstration",
        argument("name", metavar="NOM", help="nom d’utilisateur de l’agent"),
    ),
    _command("rebuild", "operate:rebuild", "reconstruit les vues à partir des événements", ONE_OR_ALL),
    _command(
        "verify", "operate:verify", "vérifie la chaîne des événements, et les fichiers gardés (documents)", ONE_OR_ALL
    ),
    _command(
        "republish",
        "operate:republish",
        "publie à nouveau les événements d’un service",
        argument("service", metavar="SERVICE", help="le service dont les événements repartent"),
        argument(
            "--from",
            dest="position",
            type=number(1),
            required=True,
            metavar="POSITION",
            help="numéro du premier événement à publier, dans l’ordre de ce service ; 1 : tous",
        ),
    ),
    _command(
        "psql",
        "psql:psql",
        "ouvre psql sur la base d’un service",
        argument("service", metavar="SERVICE", help="le service dont la base s’ouvre"),
        argument("arguments", nargs=argparse.REMAINDER, help="options de psql"),
    ),
    _command(
        "dead-letters list",
        "operate:list_dead_letters",
        "liste les messages en échec",
        ONE_OR_ALL,
        argument("--dismissed", action="store_true", help="ceux qui ont été écartés, avec leur motif"),
    ),
    _command("dead-letters show", "operate:show_dead_letter", "montre un message en échec et sa raison", *LETTER),
    _command("dead-letters retry", "operate:retry_dead_letter", "traite à nouveau un message en échec", *LETTER),
    _command(
        "dead-letters dismiss",
        "operate:dismiss_dead_letter",
        "écarte pour de bon un message en échec, avec un motif",
        *LETTER,
        argument("--reason", required=True, metavar="MOTIF", help="pourquoi ; le motif est gardé"),
        argument("--by", metavar="NOM", help="qui l’écarte (sinon le nom du compte de cette machine)"),
    ),
    _command(
        "mail test",
        "mail:test",
        "envoie un courriel d’essai et dit ce que le serveur en a fait",
        argument("recipient", metavar="ADRESSE", help="à qui l’envoyer"),
    ),
    _command("partner list", "operate:list_partners", "montre les partenaires qui ont accès"),
    _command("partner add", "operate:add_partner", "crée l’accès et donne son adresse AMQP", PARTNER),
    _command("partner revoke", "operate:revoke_partner", "retire l’accès", PARTNER),
    _command("partner renew", "operate:renew_stream", "refait leur flux, sous une nouvelle identité"),
    _command("retention list", "retention:show_lists", "montre les listes d’élimination"),
    _command("retention draw", "retention:draw", "dresse une liste ; rien n’est encore détruit"),
    _command("retention show", "retention:show", "montre une liste, une ligne par demande", LIST),
    _command(
        "retention approve",
        "retention:approve",
        "enregistre le visa des archives départementales",
        LIST,
        argument("--visa", required=True, help="référence du visa"),
        argument("--by", metavar="NOM", help="qui l’enregistre (sinon le nom du compte de cette machine)"),
        argument(
            "numbers",
            nargs="*",
            metavar="NUMÉRO",
            help="les seules demandes à effacer (sans numéro : toutes celles qui sont à détruire)",
        ),
    ),
    _command("vault rotate", "vault:rotate", "le remet sous la première clé de PARTNER_KEYS"),
    _command("agent list", "agents:show", "montre les agents, leur rôle, leurs services et leur état"),
    _command("agent disable", "agents:disable", "empêche un agent de se connecter et termine ses sessions", AGENT),
    _command(
        "agent invite",
        "agents:invite",
        "envoie à un agent un lien pour choisir un mot de passe et un second facteur",
        AGENT,
    ),
    _command("agent enable", "agents:enable", "laisse de nouveau se connecter un agent désactivé", AGENT),
    _command("agent second-factor", "agents:second_factor", "remplace le second facteur d’un agent", AGENT),
    _command(
        "agent rights",
        "agents:rights",
        "montre les droits d’un agent ; avec une option, les change et termine ses sessions",
        argument("--role", default="", metavar="RÔLE", help="agent, editor ou administrator, avec ses droits usuels"),
        *(
            argument(flag, type=names, default=[], metavar="NOM,NOM", help=help)
            for flag, help in (
                ("--add", "droits à ajouter"),
                ("--remove", "droits à retirer"),
                ("--departments", "ses services, à la place de ceux d’à présent"),
            )
        ),
        AGENT,
    ),
    _command(
        "admin add",
        "operate:add_admin",
        "crée un compte d’administration et montre, cette seule fois, son mot de passe et son secret",
        argument("username", metavar="NOM", help="nom d’utilisateur"),
        argument("--email", required=True, help="adresse électronique professionnelle"),
    ),
)
