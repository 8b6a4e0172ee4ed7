"""The list as a file for spreadsheets: the same requests, order and columns; no cell is a formula, in whichever program."""

import csv
import io
import sys
from typing import Any
from unicodedata import category, normalize

import pytest
from hypothesis import given, strategies as st

from gateway.pages.agent import export, sheet
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs

FILE = "/agent/demandes/export.csv"
OTHER = "2026-2HXD-58TN"
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "\u2212")
DROPPED = "\u200b\ufeff\u2066\u00ad\u200d"
"""Characters that a program may leave out of what it reads."""
TYPED = st.text(alphabet=st.sampled_from(f"=+-@＝＠﹦\u2212,;|\t\"' ab\n\r\x00\u2028é{DROPPED}"), max_size=12)


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

    assert found[0] == ["Démarche", "Numéro", "Réponse visée le", "Close le", "Statut"]
    assert found[1] == ["Signaler un problème sur la voie publique", NUMBER, "2026-11-20", "", "Enregistrée"]
    asked = {"view": "mine", "sort": "number", "rows": 200, "choices": False}
    assert services.bodies("requests.work_list")[-1] == asked
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
        "Close le": "",
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


def test_a_total_that_is_not_counted_to_its_end_is_said_to_be_more(
    agent: Client, services: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = desk.work_list(desk.line(NUMBER), total=10_000) | {"next": "after", "more": True}
    services["requests.work_list"] = many
    monkeypatch.setattr(export, "MOST_EXPORTED", 1)

    said = rows(agent)[-1][0]
    assert said == "Fichier arrêté à 1\u00a0demande, sur plus de 10\u202f000\u00a0: affinez les filtres."


def test_the_closing_of_a_request_is_a_column_of_its_own(agent: Client, services: Stubs) -> None:
    closed = {"slug": "completed", "label": "Terminée", "meaning": "done", "closed": True}
    ended = desk.line(NUMBER, due_on="2026-11-20", closed_at="2026-11-18T09:00:00+00:00", status=closed)
    services["requests.work_list"] = desk.work_list(ended, desk.line(OTHER, due_on="2026-11-21"))

    assert [row[1:] for row in rows(agent, f"{FILE}?colonnes=reponse")] == [
        ["Réponse visée le", "Close le"], ["2026-11-20", "2026-11-18"], ["2026-11-21", ""],
    ]  # fmt: skip


def test_a_search_is_exported_by_its_word_and_a_forgotten_one_leads_to_the_list(agent: Client, services: Stubs) -> None:
    sent = agent.submit("/agent/demandes", 'form[action="/agent/demandes/recherche"]', q="Nouveau")
    word = sent.location.partition("recherche=")[2]

    rows(agent, f"{FILE}?recherche={word}")
    assert services.bodies("requests.work_list")[-1] == {"q": "Nouveau", "rows": 200, "choices": False}
    assert agent.get(f"{FILE}?recherche=oubliee").location == "/agent/demandes?recherche=oubliee"


@given(TYPED, TYPED)
def test_no_cell_begins_a_formula_whatever_the_delimiter(first: str, second: str) -> None:
    text = sheet.text_of(["a", "b"], [[first, second]]).removeprefix(sheet.MARK)

    for delimiter in ";,\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            shown = ["".join(sign for sign in one if sign not in DROPPED) for one in row]
            assert not [one for one in shown if one.strip().startswith(RUN)], (delimiter, row)
    assert len(text.splitlines()) == 2
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))[1]) == 2


def test_every_character_of_format_and_every_form_of_a_sign_is_known() -> None:
    every = [chr(one) for one in range(sys.maxunicode + 1) if not 0xD800 <= one <= 0xDFFF]
    hidden = [one for one in every if category(one) == "Cf"]
    signs = [one for one in every if normalize("NFKC", one)[0] in "=+-@\u2212"]

    assert [hex(ord(one)) for one in hidden if not sheet.RUN.match(f"{one}=1")] == []
    assert [hex(ord(one)) for one in signs if not sheet.RUN.match(f"{one}1")] == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+33 6 12", "'+33 6 12"),
        ("Jean-Paul d’Est", "Jean-Paul d’Est"),
        ("Ana ,=1+1", "Ana ,'=1+1"),
        ('dit "Lou"', "dit ”Lou”"),
        ("deux\r\nlignes", "deux lignes"),
        ("\u200b=1+1", "\u200b'=1+1"),
        ("\ufeff=1", "\ufeff'=1"),
        ("\u2066\u00a0=1", "\u2066\u00a0'=1"),
        ("﹦1", "'﹦1"),
        ("\u22121", "'\u22121"),
        ("کتاب\u200cها", "کتاب\u200cها"),
    ],
)
def test_a_cell_keeps_typed_text_and_marks_a_formula_as_text(typed: str, written: str) -> None:
    assert sheet.cell(typed) == f'"{written}"'
