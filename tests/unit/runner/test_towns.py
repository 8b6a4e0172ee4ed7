"""The towns that the command can start with are whole."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from deploy.local.up import DEMO_TOWN, EMPTY_TOWN
from deploy.operator.import_town import import_town, left_out, people_lines, refused
from deploy.operator.town_folder import REQUIRED, read_town
from services.accounts.schemas.agents import ImportAccounts, Imported
from services.chassis.contracts import from_json
from services.chassis.errors import Invalid, Refusal
from services.chassis.rpc.client import RpcClient
from services.procedures.files import coherence
from services.procedures.schemas.town_files import TownImported
from services.townhall.problems import MOST_SHOWN, ImportRefused, Problem


@pytest.mark.parametrize("folder", [DEMO_TOWN, EMPTY_TOWN], ids=lambda folder: folder.name)
def test_the_towns_that_we_ship_pass_the_checks_of_an_import(folder: Path) -> None:
    town = read_town(folder)
    coherence.check({name: town[name] for name in REQUIRED})


def test_no_reply_that_closes_a_request_asks_for_an_answer() -> None:
    """A closed request takes no more messages."""
    town = read_town(DEMO_TOWN)
    closed = {status["slug"] for status in town["procedures"]["status_catalogue"] if status.get("closed")}
    asking = [
        (procedure["slug"], reply["slug"])
        for procedure in town["procedures"]["procedures"]
        for reply in procedure.get("canned_replies", [])
        if reply.get("sets_status") in closed and re.search(r"(?i)répond(ez|re)|onglet échanges", reply["text"])
    ]

    assert closed
    assert asking == []


def test_the_empty_town_has_no_procedure_agenda_or_account() -> None:
    town = read_town(EMPTY_TOWN)
    assert (town["procedures"]["procedures"], town["agendas"]["agendas"], town.get("accounts")) == ([], [], None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A town that can be read, for a test to spoil."""
    for name in REQUIRED:
        (tmp_path / f"{name}.yaml").write_text("schema: any/1\n")
    return tmp_path


def why_not(folder: Path) -> list[str]:
    """What `read_town` has against the folder, a line each, without its own path."""
    with pytest.raises(Trouble) as error:
        read_town(folder)
    return [line.replace(f"{folder}/", "") for line in str(error.value).replace("\N{NO-BREAK SPACE}", " ").splitlines()]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "news.yaml doit commencer par des rubriques (« nom : … ») ; deploy/demo-town montre lesquelles."),
        (b"- a list", "news.yaml doit commencer par des rubriques (« nom : … ») ; deploy/demo-town montre lesquelles."),
        (b"news:\n  - a: [\n", "news.yaml, ligne 3, colonne 1 : ce n’est pas du YAML valable."),
        (
            b"a: b: c",
            "news.yaml, ligne 1, colonne 5 : ce n’est pas du YAML valable "
            "(deux-points de trop, ou texte à mettre entre guillemets).",
        ),
        (b"a: 1\nb: \xff\n", "news.yaml, ligne 2 : le fichier n’est pas en UTF-8 ; enregistrez-le dans ce codage."),
        (b"a: 1\nb: \x01\n", "news.yaml, ligne 2 : un caractère invisible n’est pas accepté ; retirez-le."),
        (
            b"a: !!python/name:os.system x",
            "news.yaml, ligne 1 : seuls des textes, des nombres, true, false, des listes et des rubriques sont acceptés ici.",
        ),
        (b"a: !!int x", "news.yaml : ce n’est pas du YAML valable."),
        (
            b"a: &a [x]\nb: [*a, *a]\n",
            "news.yaml, ligne 2, colonne 5 : les renvois (« *nom ») ne sont pas acceptés, car quelques-uns suffisent à cacher un fichier immense ; écrivez le texte à chaque endroit.",
        ),
        (b"a: " + b"[" * 5000, "news.yaml : les rubriques y sont imbriquées trop profondément."),
        (
            b"a: .inf",
            "news.yaml, ligne 1 : « .inf » n’est pas un nombre acceptable ; un texte se met entre guillemets.",
        ),
        (b"choices: {no: Non}", "news.yaml, ligne 1 : le nom « no » doit être un texte, entre guillemets."),
        (b"a: 1\n" + b"#" * 4_000_000, "news.yaml est trop grand : 4 Mo au plus."),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_an_unreadable_file_gets_a_french_sentence_with_its_place(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "news.yaml").write_bytes(content)
    assert why_not(folder) == [sentence]


def test_a_picture_named_by_news_is_read_or_refused(folder: Path) -> None:
    (folder / "news.yaml").write_text("news: [{image: a.webp}, {image: b.webp}, {image: ../town.yaml}, {slug: c}]")
    (folder / "images").mkdir()
    (folder / "images" / "a.webp").write_bytes(b"RIFF")
    (folder / "images" / "b.webp").write_bytes(bytes(300_001))
    assert why_not(folder) == ["images/b.webp est trop lourd : 300 ko au plus."]

    (folder / "images" / "b.webp").unlink()
    assert why_not(folder) == ["images/b.webp ne peut pas être lu : news.yaml nomme cette image."]

    (folder / "images" / "b.webp").write_bytes(b"RIFF")
    assert read_town(folder)["images"] == {"a.webp": "UklGRg==", "b.webp": "UklGRg=="}


def test_a_bomb_of_aliases_is_refused_before_it_is_unfolded(folder: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    (folder / "polls.yaml").write_text("\n".join(lines))
    assert [line.partition(" :")[0] for line in why_not(folder)] == ["polls.yaml, ligne 2, colonne 10"]


def test_a_duplicate_key_is_refused_with_both_lines(folder: Path) -> None:
    (folder / "town.yaml").write_text("town:\n  name: A\n  slug: a\n  name: B\nlegal: {host: x, host: y}\n")
    assert why_not(folder) == [
        "town.yaml, ligne 4 : « name » est déjà écrit ligne 2 ; gardez l’un des deux.",
        "town.yaml, ligne 5 : « host » est déjà écrit ligne 5 ; gardez l’un des deux.",
    ]


def test_a_date_without_quotation_marks_is_the_text_that_it_looks_like(folder: Path) -> None:
    (folder / "news.yaml").write_text("published: 2026-12-01\n")
    assert read_town(folder)["news"] == {"published": "2026-12-01"}


def test_all_unreadable_files_are_listed_at_once(folder: Path) -> None:
    (folder / "town.yaml").unlink()
    (folder / "news.yaml").mkdir()
    (folder / "polls.yaml").symlink_to(folder / "nowhere")
    (folder / "agendas.yaml").write_text("")
    assert [line.partition(" ")[0] for line in why_not(folder)] == ["agendas.yaml", "news.yaml", "polls.yaml", "Il"]


def test_a_file_without_read_permission_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_text(path: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", read_text)
    assert why_not(folder)[0] == "agendas.yaml n’est pas lisible par ce compte : donnez-lui le droit de le lire."


def test_a_path_other_than_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").touch()
    with pytest.raises(Trouble, match="n’est pas un dossier"):
        read_town(tmp_path / "town.yaml")
    with pytest.raises(Trouble, match="n’existe pas"):
        read_town(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("published", "lines"),
    [
        ({"absent": [], "withdrawn": []}, []),
        (
            {"absent": ["acte-deces", "cantine"], "withdrawn": []},
            ["Absentes de ces fichiers et toujours proposées : acte-deces, cantine (--withdraw les retire)"],
        ),
        ({"absent": [], "withdrawn": ["cantine"]}, ["Retirées du portail : cantine"]),
    ],
)
def test_procedures_absent_from_the_files_are_listed(published: dict[str, list[str]], lines: list[str]) -> None:
    parts = {"published": {"town": None, "agendas": {}, "procedures": {}}, "town": 1, "procedures": {}, "agendas": {}}
    assert left_out(from_json(TownImported, parts | published)) == lines


class Services:
    """Answers to the calls of an import: what a service has against its files, or nothing."""

    def __init__(self, faults: Mapping[str, Refusal]) -> None:
        self.faults = faults
        self.asked: list[str] = []
        self.bodies: dict[str, dict[str, Any]] = {}

    def call(self, method: str, body: dict[str, Any], **_: Any) -> Any:
        self.asked.append(method)
        self.bodies[method] = body
        if method in self.faults:
            raise self.faults[method]
        nothing = {"added": 0, "changed": 0, "same": 0, "left": []}
        changes = {"town_before": None, "town_changes": True, "procedures": nothing, "agendas": nothing}
        return {
            "definitions": {},
            "changes": {"accounts.import_accounts": [], "procedures.check_town": changes}.get(method, {}),
            "published": {"town": 1, "agendas": {}, "procedures": {}} if method == "procedures.import_town" else {},
            "town": 1,
            "procedures": {},
            "agendas": {},
            "left": [],
            "absent": [],
            "withdrawn": [],
            "logins": [],
            "invited": [],
            "exchanges": [],
            "documents": [],
            "ids": {"camille.exemple": str(UUID(int=1))},
            "requests": {},
            "added": 0,
        }


def imported(services: Services, tmp_path: Path) -> None:
    import_town(read_town(DEMO_TOWN), cast(RpcClient, services), Layout(home=tmp_path), Console(StringIO()))


def test_every_file_is_checked_before_any_is_published_and_spaces_filled(tmp_path: Path) -> None:
    services = Services({})
    imported(services, tmp_path)
    checks = [method for method in services.asked if ".check_" in method]
    assert len(checks) == 4
    assert services.asked[:4] == checks
    [space] = services.bodies["documents.import_storage"]["spaces"]
    assert space["account_id"] == str(UUID(int=1))
    assert space["pieces"][0] == {
        "title": "Ma carte nationale d’identité",
        "files": ["cni-recto.jpg", "cni-verso.jpg"],
        "added": "D-200",
    }


def test_refusals_of_all_services_are_listed_and_nothing_is_published(tmp_path: Path) -> None:
    def refused(file: str, count: int) -> ImportRefused:
        return ImportRefused(
            [Problem(file=file, entry=f"e{n}", field="slug", message="Il manque.") for n in range(count)]
        )

    services = Services(
        {
            "content.check_content": refused("news.yaml", 1),
            "accounts.check_accounts": Invalid("À corriger.", fields={"citizens": "Il faut une liste."}),
            "requests.check_samples": refused("accounts.yaml", MOST_SHOWN + 2),
        }
    )
    with pytest.raises(Trouble) as error:
        imported(services, tmp_path)
    lines = str(error.value).replace("\N{NO-BREAK SPACE}", " ").split("\n")
    assert lines[:4] == [
        f"L’import est refusé : {MOST_SHOWN + 4} erreurs. Rien n’a été modifié.",
        "  news.yaml › e0 › slug : Il manque.",
        "  accounts.yaml › citizens : Il faut une liste.",
        "  accounts.yaml › e0 › slug : Il manque.",
    ]
    assert lines[-1] == "  et 2 autres."
    assert all(".check_" in method for method in services.asked)


def test_accounts_of_a_wrong_type_are_checked_and_refused(tmp_path: Path) -> None:
    services = Services({"accounts.check_accounts": Invalid("À corriger.", fields={"citizens": "Il faut une liste."})})
    town = {**read_town(DEMO_TOWN), "accounts": {"citizens": 3, "agents": [4]}}
    with pytest.raises(Trouble, match="Il faut une liste"):
        import_town(town, cast(RpcClient, services), Layout(home=tmp_path), Console(StringIO()))
    assert services.bodies["accounts.check_accounts"]["document"] == town["accounts"]
    assert services.bodies["requests.check_samples"]["people_are_right"] is False


def test_changes_of_agents_by_an_import_are_listed_without_addresses() -> None:
    moved = {"username": "agent.technique", "field": "departments"}
    lines = people_lines(
        from_json(
            Imported,
            {
                "ids": {},
                "logins": [{"username": "anne.martin", "password": "p", "role": "agent"}],
                "invited": ["jean.durand"],
                "without_password": ["noor.invente", "sacha.invente"],
                "changes": [
                    {**moved, "before": ["services-techniques"], "after": ["population"]},
                    {"username": "redaction", "field": "email"},
                ],
                "left": [
                    {"username": "anne.martin", "field": "role", "before": "editor", "after": "agent"},
                    {"username": "anne.martin", "field": "email"},
                ],
                "absent": ["agent.accueil"],
            },
        )
    )
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines] == [
        "Comptes créés : 1",
        "jean.durand : un lien part vers son adresse, pour choisir un mot de passe",
        "Espaces créés sans mot de passe : 2 (leur titulaire en choisit un par « J’ai oublié mon mot de passe »)",
        "agent.technique : services population au lieu de services-techniques",
        "redaction : courriel modifié",
        "anne.martin : rôle laissé tel que modifié sur le portail (editor) ; le fichier dit agent ; --apply fait suivre le fichier",
        "anne.martin : courriel laissé tel que modifié sur le portail ; --apply fait suivre le fichier",
        "agent.accueil n’est plus dans le fichier et peut toujours se connecter : ./parvis agent disable agent.accueil",
    ]
    nothing = people_lines(Imported(logins=(), ids={}, changes=(), left=(), absent=()))
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in nothing] == ["Comptes : rien n’a changé"]


def test_a_refusal_while_publishing_names_the_part_that_was_imported() -> None:
    odd = Invalid("À corriger.", fields={"agents": "Il faut une liste."})
    assert refused(ImportAccounts, odd).replace("\N{NO-BREAK SPACE}", " ").split("\n") == [
        "Comptes des agents et des citoyens : À corriger.",
        "  accounts.yaml › agents : Il faut une liste.",
    ]
