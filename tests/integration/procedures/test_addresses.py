"""The town's own address file: an import is whole or nothing, and what is typed finds its streets by the index."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from services.chassis.event_store import db
from services.chassis.event_store.store import Store
from services.procedures.addresses import file_import, rows, rules, views
from services.procedures.addresses.extract import NotAnExtract
from services.procedures.addresses.file_import import AnotherImport
from services.procedures.catalogue import views as catalogue
from services.procedures.operations import Import, has_file, import_file, remove_file
from services.procedures.schemas.addresses import ProposeAddresses
from services.procedures.schemas.catalogue import ReadTown
from services.townhall.typography import NBSP
from tests.support.asking import ask

DEMO = Path(__file__).parents[3] / "deploy" / "demo-town" / "addresses.csv"
FIRST = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune"
PONT = "1;7;;Rue du Pont-Neuf;61990;61999;Saint-Aubin-sur-Orne"
LAVOIR = "2;31;bis;Rue du Lavoir;61990;61999;Saint-Aubin-sur-Orne"
ELSEWHERE = "3;7;;Rue du Pont;61000;61001;Alençon"
SAME_POSTCODE = "4;7;;Rue du Ponceau;61990;61998;La Lande"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "adresses.csv"


def given(store: Store, file: Path, lines: Iterable[str]) -> Import:
    """Imports a file of these lines."""
    file.write_text("\n".join((FIRST, *lines, "")), "utf-8")
    return imported_now(store, file)


def imported_now(store: Store, file: Path) -> Import:
    found = Import()
    import_file(store.settings, file, found)
    return found


def found(store: Store, q: str, *, in_town: bool = False) -> list[str]:
    items = ask(store, views.propose, ProposeAddresses(q=q, in_town=in_town)).items
    return [f"{one.line1}, {one.postcode} {one.city}" for one in items]


def offered(store: Store) -> bool:
    return ask(store, catalogue.town, ReadTown()).address_file


def test_a_file_says_what_was_read_of_it(imported: Store, file: Path) -> None:
    bad = ["5;sept;;Rue du Lavoir;61990;61999;Saint-Aubin-sur-Orne", "6;8;;;61990;61999;Saint-Aubin-sur-Orne"]
    good = [PONT, LAVOIR, *(f"{n};{n};;Rue du Beffroi;61990;61999;Saint-Aubin-sur-Orne" for n in range(10, 40))]

    read = given(imported, file, [*good, *bad])

    assert (read.lines, read.addresses, read.streets, read.bad_lines) == (34, 32, 3, 2)
    assert [line.replace(NBSP, " ") for line in read.bad] == [
        "ligne 34 : numéro « sept », il faut des chiffres",
        "ligne 35 : sans nom de voie",
    ]
    assert offered(imported)
    assert found(imported, "7 rue du po") == ["7 rue du Pont-Neuf, 61990 Saint-Aubin-sur-Orne"]


def test_the_same_file_again_changes_nothing(imported: Store, file: Path) -> None:
    given(imported, file, [PONT])

    again = imported_now(imported, file)

    assert again.same
    assert again.addresses == 1


def test_another_file_takes_the_place_of_the_one_before(imported: Store, file: Path) -> None:
    given(imported, file, [PONT])

    given(imported, file, [LAVOIR])

    assert found(imported, "rue du pont") == []
    assert found(imported, "31 lavoir") == ["31 bis rue du Lavoir, 61990 Saint-Aubin-sur-Orne"]


def test_a_packed_file_is_read_as_it_is(imported: Store, file: Path) -> None:
    file.write_bytes(gzip.compress(DEMO.read_bytes()))

    read = imported_now(imported, file)

    assert read.bad_lines == 0
    assert found(imported, "7 rue du Po")[:2] == [
        "7 rue du Pont-Neuf, 61990 Saint-Aubin-sur-Orne",
        "7 rue du Potier, 61990 Saint-Aubin-sur-Orne",
    ]
    assert found(imported, "le clos") == ["Le Clos, 61990 Saint-Aubin-sur-Orne"]
    assert found(imported, "av gare") == ["Avenue de la Gare, 61990 Saint-Aubin-sur-Orne"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "il manque : numero"),
        (b"PK\x03\x04\xff\xfe", "pas un texte CSV en UTF-8"),
        (b"cle_interop;voie_nom;numero\n", "Base Adresse Locale"),
        (f"{FIRST}\n".encode(), "Aucune adresse ne se lit"),
        (f"{FIRST}\n{PONT}\n".encode() + b"x;y\n" * 2, "Plus d’une ligne sur dix ne se lit pas (2 sur 3)"),
        (f"{FIRST}\n{PONT}{'x' * 5000}\n".encode(), "La ligne 2 a plus de 4000 caractères"),
        (gzip.compress(DEMO.read_bytes())[:-2000], "incomplet ou abîmé"),
        (b"\x1f\x8bnot packed", "incomplet ou abîmé"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_the_former_one_stays(
    imported: Store, file: Path, content: bytes, why: str
) -> None:
    given(imported, file, [PONT])
    file.write_bytes(content)

    with pytest.raises(NotAnExtract) as refused:
        imported_now(imported, file)

    assert why in refused.value.message.replace(NBSP, " ")
    assert found(imported, "rue du pont") == ["Rue du Pont-Neuf, 61990 Saint-Aubin-sur-Orne"]


@pytest.mark.parametrize(
    ("bound", "most", "lines", "why"),
    [
        ("MOST_LINES", 3, ["", "", "", ""], "plus de 3 lignes"),
        ("MOST_BYTES", 80, [PONT, LAVOIR], "prenez l’extrait d’un département"),
        ("MOST_NUMBERS", 1, [PONT, PONT.replace("1;7;", "2;8;")], "« Rue du Pont-Neuf » aurait plus de 1 numéros"),
    ],
)
def test_a_file_beyond_its_bounds_is_refused_and_the_former_one_stays(
    imported: Store, file: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, lines: list[str], why: str
) -> None:
    given(imported, file, [LAVOIR])
    monkeypatch.setattr(file_import, bound, most)

    with pytest.raises(NotAnExtract) as refused:
        given(imported, file, [PONT, *lines])

    assert why in refused.value.message.replace(NBSP, " ")
    assert found(imported, "rue du pont") == []
    assert found(imported, "rue du lavoir") == ["Rue du Lavoir, 61990 Saint-Aubin-sur-Orne"]


def test_empty_lines_are_counted_and_stand_for_no_good_line(imported: Store, file: Path) -> None:
    assert given(imported, file, [PONT, "", ""]).lines == 3
    with pytest.raises(NotAnExtract, match="sur dix"):
        given(imported, file, [PONT, "x;y", *[""] * 20])


def test_a_second_import_meanwhile_is_refused(imported: Store, file: Path) -> None:
    file.write_text(f"{FIRST}\n{PONT}\n")
    with (
        db.connect(imported.settings.owner_database("procedures"), "tests") as conn,
        conn.transaction(),
        pytest.raises(AnotherImport),
    ):
        assert rows.alone(conn)
        imported_now(imported, file)


def test_a_file_that_is_removed_proposes_nothing_any_more(imported: Store, file: Path) -> None:
    given(imported, file, [PONT])

    assert remove_file(imported.settings)

    assert not has_file(imported.settings)
    assert not offered(imported)
    assert found(imported, "rue du pont") == []
    assert not remove_file(imported.settings)


def test_a_town_without_a_file_proposes_nothing(imported: Store) -> None:
    assert not has_file(imported.settings)
    assert not offered(imported)
    assert found(imported, "rue du pont") == []


def test_the_town_comes_first_and_alone_where_the_address_must_lie_there(imported: Store, file: Path) -> None:
    given(imported, file, [ELSEWHERE, SAME_POSTCODE, PONT])
    here = "7 rue du Pont-Neuf, 61990 Saint-Aubin-sur-Orne"

    assert found(imported, "7 rue du pon", in_town=True) == [here]
    assert found(imported, "7 rue du pon")[0] == here
    assert len(found(imported, "7 rue du pon")) == 3


def test_a_street_written_in_several_ways_is_one(imported: Store, file: Path) -> None:
    others = [PONT.replace("1;7;", f"{n};{n};").replace("Pont-Neuf", "Pont Neuf") for n in (8, 9)]

    assert given(imported, file, [PONT, *others]).streets == 1
    assert found(imported, "8 pont") == ["8 rue du Pont Neuf, 61990 Saint-Aubin-sur-Orne"]


@pytest.mark.parametrize("q", ["7", "rue", "'", "\\", "%", "7 rue du pont & !('", "a" * 100, "☂☂☂☂", "é\nè ponté"])
def test_whatever_is_typed_is_answered(imported: Store, file: Path, q: str) -> None:
    given(imported, file, [PONT])

    assert len(found(imported, q)) <= 1


MANY = """
INSERT INTO streets (postcode, city_plain, plain, name, city, numbers, search)
SELECT (10000 + n % 90000)::text, 'ville', 'rue ' || md5(n::text), 'Rue ' || md5(n::text), 'Ville', '{1,2,3}',
       array_to_tsvector(ARRAY['rue', md5(n::text), '=' || (10000 + n % 90000)::text])
FROM generate_series(1, 100000) AS n
"""


@pytest.mark.parametrize("held_to_town", [True, False])
def test_streets_are_found_by_the_index_however_many_there_are(imported: Store, file: Path, held_to_town: bool) -> None:
    given(imported, file, [PONT])
    typed = rules.read("7 rue du po")
    query = rules.looked_for(typed)
    assert query is not None
    if held_to_town:
        query = f"({query}) & ('=61990')"
    with db.connect(imported.settings.owner_database("procedures"), "tests") as conn:
        conn.execute(MANY)
        rows.look_at(conn)
        asked: dict[str, Any] = {"query": query, "number": "7", "cities": None, "most": rows.CANDIDATES}
        plan = json.dumps(conn.execute(f"EXPLAIN (FORMAT JSON) {rows.FIND}", asked).fetchall())

    assert "streets_search" in plan
    assert "Seq Scan" not in plan
