"""The list as a file for spreadsheets: the same requests, order and columns; no cell is a formula, in whichever program."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, strategies as st

from gateway.pages.agent import export, sheet
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs

FILE = "/agent/demandes/export.csv"
OTHER = "2026-2HXD-58TN"
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
TYPED = st.text(alphabet=st.sampled_from("=+-@＝＠,;|\t\"' ab\n\r\x00\u2028é"), max_size=12)


def rows(agent: Client, address: str = FILE) -> list[list[str]]:
    answer = agent.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    text = answer.get_data().decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_file_has_the_columns_and_the_order_of_the_list(agent: Client, services: Stubs) -> None:
    link = agent.page("/agent/demandes?vue=a-moi&tri=number&colonnes=numero,reponse,statut&suite=place")
    address = link.select_one("a[download]")["href"]

    found = rows(agent, address)

    assert found[0] == ["Démarche", "Numéro", "Réponse visée le", "Statut"]
    assert found[1] == ["Signaler un problème sur la voie publique", NUMBER, "2026-11-20", "Enregistrée"]
    assert services.bodies("requests.work_list")[-1] == {"view": "mine", "sort": "number", "rows": 200}
    answer = agent.get(address)
    assert "filename=demandes-2026-11-24.csv" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_column_has_its_value(agent: Client, services: Stubs) -> None:
    chosen = "numero,demandeur,recue,reponse,silence,rendez-vous,lieu,statut,suivi,service,domaine"
    services["requests.work_list"] = desk.work_list(
        desk.line(
            NUMBER, member_name="Lou Nouveau", implicit_on="2027-01-23", appointment_at="2026-11-27T08:20:00+00:00",
            appointment_place="Bureau 12", assignee={"id": desk.ME, "name": "Agent"},
        )
    )  # fmt: skip

    [heads, line] = rows(agent, f"{FILE}?colonnes={chosen}")

    assert dict(zip(heads, line, strict=True)) | {"Reçue le": ""} == {
        "Démarche": "Signaler un problème sur la voie publique",
        "Numéro": NUMBER,
        "Demandeur": "Ariel Nouveau pour Lou Nouveau",
        "Reçue le": "",
        "Réponse visée le": "2026-12-02",
        "Silence": "2027-01-23",
        "Rendez-vous": "2026-11-27 09:20",
        "Lieu du rendez-vous": "Bureau 12",
        "Statut": "Enregistrée",
        "Suivie par": "Agent",
        "Service": "Services techniques et cadre de vie",
        "Domaine": line[heads.index("Domaine")],
    }


def test_the_file_has_page_after_page_up_to_a_bound_and_says_so(
    agent: Client, services: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {None: (NUMBER, "after"), "after": (OTHER, None)}

    def page(body: dict[str, Any], _: Any) -> dict[str, Any]:
        number, following = pages[body.get("cursor")]
        return desk.work_list(desk.line(number), total=2) | {"next": following}

    services["requests.work_list"] = page
    assert [row[1] for row in rows(agent)[1:]] == [NUMBER, OTHER]

    monkeypatch.setattr(export, "MOST_EXPORTED", 1)
    assert rows(agent)[-1] == ["Fichier arrêté à 1\u00a0demande, sur 2\u00a0: affinez les filtres."]


def test_a_search_is_exported_by_its_word_and_a_forgotten_one_leads_to_the_list(agent: Client, services: Stubs) -> None:
    sent = agent.submit("/agent/demandes", 'form[action="/agent/demandes/recherche"]', q="Nouveau")
    word = sent.location.partition("recherche=")[2]

    rows(agent, f"{FILE}?recherche={word}")
    assert services.bodies("requests.work_list")[-1] == {"q": "Nouveau", "rows": 200}
    assert agent.get(f"{FILE}?recherche=oubliee").location == "/agent/demandes?recherche=oubliee"


@given(TYPED, TYPED)
def test_no_cell_begins_a_formula_whatever_the_delimiter(first: str, second: str) -> None:
    text = sheet.text_of(["a", "b"], [[first, second]]).removeprefix(sheet.MARK)

    for delimiter in ";,\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [one for one in row if one.strip().startswith(RUN)], (delimiter, row)
    assert len(text.splitlines()) == 2
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))[1]) == 2


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+33 6 12", "'+33 6 12"),
        ("Jean-Paul d’Est", "Jean-Paul d’Est"),
        ("Ana ,=1+1", "Ana ,'=1+1"),
        ('dit "Lou"', "dit ”Lou”"),
        ("deux\r\nlignes", "deux lignes"),
    ],
)
def test_a_cell_keeps_typed_text_and_marks_a_formula_as_text(typed: str, written: str) -> None:
    assert sheet.cell(typed) == f'"{written}"'
