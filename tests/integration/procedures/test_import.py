"""A town's files are imported whole or not at all, and only what changed is published again."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.procedures.catalogue import views as queries
from services.procedures.publication import use_cases
from services.procedures.schemas.catalogue import ReadProcedure, ReadPublished, SearchCatalogue
from services.procedures.schemas.town_files import CheckTown, ImportTown
from services.townhall.problems import ImportRefused
from tests.support.asking import ask

EMPTY_TOWN = Path("deploy/empty-town")
SYSTEM = Actor(kind="system", id="procedures")
AGENT = Actor(kind="agent", id="a2", roles=("agent",))


def import_town(
    store: Store, documents: dict[str, Any], actor: Actor = SYSTEM, *, withdraw_absent: bool = False, town: str = ""
) -> dict[str, Any]:
    with store.transaction(actor=actor) as tx:
        asked = ImportTown(**documents, withdraw_absent=withdraw_absent)
        return to_json(use_cases.import_town(tx, replace(store.settings, town=town), asked))


def check_town(store: Store, documents: dict[str, Any], actor: Actor = SYSTEM) -> dict[str, Any]:
    return to_json(ask(store, use_cases.check_town, CheckTown(**documents), actor))


def events(store: Store) -> list[tuple[str, str]]:
    with store.read() as conn:
        return [(row["type"], row["subject"]) for row in conn.execute("SELECT type, subject FROM events ORDER BY time")]


def test_the_demo_town_is_published_whole(store: Store, documents: dict[str, Any]) -> None:
    result = import_town(store, documents)

    assert result["published"]["town"] == 1
    assert len(result["published"]["procedures"]) == 24
    assert set(result["published"]["agendas"]) == {"titres-identite", "population-famille", "urbanisme", "salles"}
    seen = [kind for kind, _ in events(store)]
    assert (seen.count("TownPublished"), seen.count("ProcedurePublished"), seen.count("AgendaPublished")) == (1, 24, 4)


def test_the_same_files_again_publish_nothing(imported: Store, documents: dict[str, Any]) -> None:
    before = events(imported)

    result = import_town(imported, documents)

    assert result["published"] == {"town": None, "agendas": {}, "procedures": {}}
    assert events(imported) == before


def test_a_keyword_of_an_area_finds_its_procedures_without_a_new_version_of_them(
    imported: Store, documents: dict[str, Any]
) -> None:
    area = next(one for one in documents["service_areas"]["service_areas"] if one["slug"] == "dechets")
    area["keywords"] = ["gravats"]

    result = import_town(imported, documents)

    assert result["published"]["procedures"] == {}
    found = ask(imported, queries.catalogue_page, SearchCatalogue(q="gravats")).items
    assert [item.slug for item in found] == ["enlevement-encombrants", "demande-composteur"]


def test_a_changed_procedure_gets_a_new_version_and_the_old_one_stays(
    imported: Store, documents: dict[str, Any]
) -> None:
    documents["procedures"]["procedures"][0]["title"] = "Demander une copie d’acte de naissance"

    result = import_town(imported, documents)

    assert result["published"]["procedures"] == {"acte-naissance": 2}
    old, new = (
        ask(imported, queries.procedure, ReadProcedure(slug="acte-naissance", version=version)) for version in (1, None)
    )
    assert (old.version, old.current_version) == (1, 2)
    assert old.definition["title"] == "Demander un acte de naissance"
    assert new.definition["title"] == "Demander une copie d’acte de naissance"
    assert new.definition["version"] == 2


def test_a_new_phone_number_of_a_department_reaches_its_procedures(imported: Store, documents: dict[str, Any]) -> None:
    departments = {entry["slug"]: entry for entry in documents["town"]["departments"]}
    departments["police-municipale"]["phone"] = "02 61 91 10 61"

    result = import_town(imported, documents)

    assert result["published"] == {"town": 2, "agendas": {}, "procedures": {"tranquillite-vacances": 2}}


def test_the_order_of_choices_on_the_screen_is_kept(imported: Store, documents: dict[str, Any]) -> None:
    definition = ask(imported, queries.procedure, ReadProcedure(slug="acte-naissance")).definition

    written = documents["procedures"]["procedures"][0]["fields"][1]["choices"]
    assert list(definition["fields"][1]["choices"]) == list(written)


def test_a_mistake_or_a_missing_file_keeps_everything_out(store: Store, documents: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_town(store, {})

    assert refused.value.fields["town.yaml › theme"] == "Cette information manque."
    documents["procedures"]["procedures"][23]["department"] = "nulle-part"
    with pytest.raises(ImportRefused) as refused:
        import_town(store, documents)
    assert refused.value.fields == {
        "procedures.yaml › concession-cimetiere › department": "« nulle-part » n’existe pas."
    }
    assert events(store) == []


def test_a_procedure_left_out_of_the_files_stays_offered(imported: Store, documents: dict[str, Any]) -> None:
    del documents["procedures"]["procedures"][0]

    result = import_town(imported, documents)

    assert result["absent"] == ["acte-naissance"]
    assert "acte-naissance" in result["procedures"]


def test_a_procedure_left_out_is_withdrawn_on_request_and_can_still_be_read(
    imported: Store, documents: dict[str, Any]
) -> None:
    del documents["procedures"]["procedures"][0]

    results = [import_town(imported, documents, withdraw_absent=True) for _ in range(2)]

    assert [(result["withdrawn"], result["absent"]) for result in results] == [(["acte-naissance"], []), ([], [])]
    found = ask(imported, queries.procedure, ReadProcedure(slug="acte-naissance"))
    offered = {item.slug for item in ask(imported, queries.catalogue_page, SearchCatalogue(per_page=100)).items}
    published = ask(imported, queries.published, ReadPublished())
    assert found.withdrawn
    assert "acte-naissance" not in offered | set(published.procedures)
    assert events(imported).count(("ProcedureWithdrawn", "acte-naissance")) == 1


def test_a_withdrawn_procedure_that_is_imported_again_is_published_anew(
    imported: Store, documents: dict[str, Any]
) -> None:
    left_out = documents["procedures"]["procedures"].pop(0)
    import_town(imported, documents, withdraw_absent=True)
    documents["procedures"]["procedures"].insert(0, left_out)

    result = import_town(imported, documents)

    assert result["published"]["procedures"] == {"acte-naissance": 2}


def test_an_agent_may_not_import(imported: Store, documents: dict[str, Any]) -> None:
    with pytest.raises(use_cases.NotAnAdministrator):
        import_town(imported, documents, actor=AGENT)


def test_two_imports_at_once_publish_once(store: Store, documents: dict[str, Any]) -> None:
    threads = [threading.Thread(target=import_town, args=(store, documents)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(events(store)) == 1 + 24 + 4


@pytest.mark.parametrize("statement", ["UPDATE definitions SET definition = '{}'", "DELETE FROM agendas"])
def test_the_database_refuses_to_change_a_version(imported: Store, statement: Any) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="never changes"), imported.read() as conn:
        conn.execute(statement)


def test_a_town_s_texts_are_published_with_the_spaces_of_french_punctuation(
    imported: Store, documents: dict[str, Any]
) -> None:
    documents["procedures"]["procedures"][0]["summary"] = "Pour quoi ? « Pour voir »"

    import_town(imported, documents)

    summary = ask(imported, queries.procedure, ReadProcedure(slug="acte-naissance")).definition["summary"]
    assert summary == "Pour quoi ? « Pour voir »".replace(" ?", "\N{NO-BREAK SPACE}?").replace(
        "« Pour voir »", "«\N{NO-BREAK SPACE}Pour voir\N{NO-BREAK SPACE}»"
    )


def test_checking_refuses_what_an_import_would_and_publishes_nothing(store: Store, documents: dict[str, Any]) -> None:
    checked = check_town(store, documents)
    assert set(checked["definitions"]) >= {"acte-naissance", "signalement-voirie"}
    documents["procedures"]["procedures"][23]["department"] = "nulle-part"
    with pytest.raises(ImportRefused):
        check_town(store, documents)
    with pytest.raises(use_cases.NotAnAdministrator):
        check_town(store, documents, AGENT)
    assert events(store) == []


def test_files_of_another_town_are_refused_with_both_names_and_change_nothing(
    imported: Store, documents: dict[str, Any]
) -> None:
    before = events(imported)
    documents["town"]["town"]["slug"] = "ailleurs"

    for refusing in (import_town, changes):
        with pytest.raises(ImportRefused) as refused:
            refusing(imported, documents)
        sentence = refused.value.fields["town.yaml › town › slug"]
        assert "saint-aubin-sur-orne" in sentence
        assert "ailleurs" in sentence
    assert events(imported) == before


def test_the_setting_says_which_town_may_be_imported_and_how_its_identifier_changes(
    store: Store, documents: dict[str, Any]
) -> None:
    with pytest.raises(ImportRefused):
        import_town(store, documents, town="ailleurs")
    import_town(store, documents, town="saint-aubin-sur-orne")
    documents["town"]["town"]["slug"] = "ailleurs"

    assert import_town(store, documents, town="ailleurs")["published"]["town"] == 2


def test_a_town_without_its_details_may_have_any_name(store: Store, documents: dict[str, Any]) -> None:
    empty = {name: yaml.safe_load((EMPTY_TOWN / f"{name}.yaml").read_text()) for name in documents}
    import_town(store, empty, town="saint-aubin-sur-orne")

    assert import_town(store, documents)["published"]["town"] == 2


def changes(store: Store, documents: dict[str, Any]) -> dict[str, Any]:
    return check_town(store, documents)["changes"]


def test_a_check_lists_what_an_import_would_change(imported: Store, documents: dict[str, Any]) -> None:
    same = changes(imported, documents)
    count = len(documents["procedures"]["procedures"])
    assert same["procedures"] == {"added": 0, "changed": 0, "same": count, "left": []}
    assert (same["town_before"], same["town_changes"]) == (documents["town"]["town"]["name"], False)

    documents["town"]["town"]["name"] = "Ailleurs"
    documents["procedures"]["procedures"][0]["summary"] = "Autrement dit."
    left = documents["procedures"]["procedures"].pop()["slug"]
    # A procedure that asks for an address in the town names it.
    naming = [
        one for one in documents["procedures"]["procedures"][1:] if any("in_town" in field for field in one["fields"])
    ]
    plan = changes(imported, documents)

    changed = 1 + len(naming)
    assert plan["procedures"] == {"added": 0, "changed": changed, "same": count - 1 - changed, "left": [left]}
    assert plan["town_before"] != "Ailleurs"
    assert plan["town_changes"]
    import_town(imported, documents)
    assert changes(imported, documents)["procedures"]["same"] == count - 1


def test_a_check_of_a_portal_without_a_town_counts_all_as_added(store: Store, documents: dict[str, Any]) -> None:
    plan = changes(store, documents)
    assert plan["town_before"] is None
    assert plan["procedures"]["added"] == len(documents["procedures"]["procedures"])
    assert plan["agendas"]["added"] == len(documents["agendas"]["agendas"])
