"""A line of an extract of the Base Adresse Nationale: what it gives, and why it gives nothing."""

from pathlib import Path

import pytest

from services.procedures.addresses.extract import Address, BadLine, NotAnExtract, address, cells, columns
from services.townhall.typography import NBSP

DEMO = Path(__file__).parents[3] / "deploy" / "demo-town" / "addresses.csv"
FIRST = "id;numero;rep;nom_voie;code_postal;nom_commune;lon;lat"
LINE = "61999_1;7;bis;Quai de l'Orne;61990;Saint-Aubin-sur-Orne;0.1;48.7"


def read(line: str | bytes, first: str = FIRST) -> Address:
    raw = line if isinstance(line, bytes) else line.encode()
    return address(columns(first.encode()), cells(raw))


def plain_spaces(said: str) -> str:
    return said.replace(NBSP, " ")


def changed(**values: str) -> str:
    named = dict(zip(FIRST.split(";"), LINE.split(";"), strict=True)) | values
    return ";".join(named.values())


def test_a_line_is_an_address() -> None:
    found = address(columns(FIRST.encode()), cells(LINE.encode()))

    assert (found.number, found.name, found.plain) == ("7 bis", "Quai de l’Orne", "quai de l orne")
    assert (found.postcode, found.city, found.city_plain) == ("61990", "Saint-Aubin-sur-Orne", "saint aubin sur orne")


def test_columns_are_known_by_their_names_whatever_their_order() -> None:
    mixed = "\ufeffnom_commune;code_postal;rep;nom_voie;numero\r\n".encode()

    found = address(columns(mixed), cells(b"Saint-Aubin-sur-Orne;61990;;Rue du Lavoir;31\r\n"))

    assert (found.number, found.name, found.city) == ("31", "Rue du Lavoir", "Saint-Aubin-sur-Orne")


@pytest.mark.parametrize("number", ["", "99999"])
def test_a_street_without_numbers_is_kept_as_such(number: str) -> None:
    assert read(changed(numero=number, rep="")).number == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a;b", "2 colonnes au lieu de 8"),
        (changed(code_postal="1000"), "code postal « 1000 », il faut cinq chiffres"),
        (changed(code_postal="٦١٩٩٠"), "code postal « ٦١٩٩٠ », il faut cinq chiffres"),
        (changed(nom_voie="  "), "sans nom de voie"),
        (changed(nom_voie="-"), "sans nom de voie"),
        (changed(nom_commune=""), "sans nom de commune"),
        (changed(nom_voie="R" * 81), "nom de voie de plus de 80 caractères"),
        (changed(nom_voie="Rue\u202edu Lavoir"), "nom de voie avec un caractère illisible"),
        (changed(numero="sept"), "numéro « sept », il faut des chiffres"),
        (changed(numero="7" * 99), f"numéro « {'7' * 30}… », il faut des chiffres"),
        (changed(rep="bis!"), "complément de numéro « bis! »"),
        ('61999_1;7;;"Rue du Lavoir;61990;Saint-Aubin;0;0', "elle ne se lit pas comme une ligne de CSV"),
        (changed(nom_voie="Allée").encode("latin-1"), "elle n’est pas en UTF-8"),
    ],
)
def test_a_bad_line_says_why(line: str | bytes, why: str) -> None:
    with pytest.raises(BadLine) as refused:
        read(line)

    assert plain_spaces(str(refused.value)) == why


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (b"", "il manque : numero, rep, nom_voie, code_postal, nom_commune"),
        (b"numero,rep,nom_voie,code_postal,nom_commune", "il manque : numero, rep"),  # commas
        (b"id;numero;rep;nom_voie;nom_commune", "il manque : code_postal"),
        (b"cle_interop;voie_nom;numero;suffixe;commune_nom", "Base Adresse Locale"),
        (b"PK\x03\x04\xff\xfe\x00", "pas un texte CSV en UTF-8"),
        ("numéro;rep;nom_voie;code_postal;nom_commune".encode("utf-16"), "pas un texte CSV en UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_is_missing(first: bytes, why: str) -> None:
    with pytest.raises(NotAnExtract) as refused:
        columns(first)

    assert why in plain_spaces(refused.value.message)


def test_the_demonstration_has_an_extract_without_a_bad_line() -> None:
    first, *lines = DEMO.read_bytes().splitlines()

    found = [address(columns(first), cells(line)) for line in lines]

    assert len(found) > 300
    assert {(one.postcode, one.city) for one in found} == {("61990", "Saint-Aubin-sur-Orne")}
