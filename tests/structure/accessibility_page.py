"""docs/accessibility.md, made of the gateway's own assessment: `python -m tests.structure.accessibility_page` writes it."""

from collections.abc import Iterable
from pathlib import Path

from gateway.pages.site.assessment import Assessment, Criterion, Reader, Result, SamplePage, assessment
from services.townhall.typography import typeset

PAGE = Path(__file__).parent.parent.parent / "docs" / "accessibility.md"
LOOK = "tests/e2e/test_pages_look.py::test_a_page_looks_right"
HEAD = """\
# Accessibilité

Auto-évaluation des pages du portail par les 106 critères du {reference}. Aucun audit n’a été fait par un tiers, et personne n’a
essayé ces pages avec un lecteur d’écran : la déclaration (`/accessibilite`) dit donc « non conforme ». Cette page et la déclaration
sont tirées de `gateway/pages/site/accessibility.toml` ; `python -m tests.structure.accessibility_page` écrit celle-ci, et
`tests/structure/test_accessibility.py` les tient égales. Les critères sont cités du
[RGAA](https://github.com/DISIC/accessibilite.numerique.gouv.fr/blob/main/RGAA/criteres.json), de la direction interministérielle du
numérique, sous Licence Ouverte 2.0.

Établie le {established}, mise à jour le {updated}.

| Résultat | | Nombre |
| --- | --- | --- |
{counts}
Pour chaque critère, la colonne « Comment » dit par quoi il a été essayé :

- **outil** : une règle d’axe, ou un de nos tests. Chaque règle d’axe est jouée sur chaque page de l’échantillon, à 390 et à 1280
  pixels de large, par `{look}` ;
- **arbre** : un test qui lit noms, rôles et états : dans l’arbre d’accessibilité de Chromium pour le calendrier, les pièces, les
  onglets et la carte, ailleurs tels que Playwright les calcule de la page ;
- **œil** : regardé, à l’écran ou dans le code de la page.

Ce qui n’a ni l’un ni l’autre n’a pas été essayé. Un lecteur d’écran n’a été essayé nulle part. Quand une page change, le résultat
de ses critères se revoit dans le fichier ci-dessus ; un test qui disparaît, ou une règle qu’axe ne joue plus, y est refusé.

## L’échantillon

Les pages que la méthode du RGAA demande (accueil, contact, mentions légales, accessibilité, plan du site, aide,
authentification), une page de chaque sorte, toutes celles de chaque parcours, et {drawn} pages tirées au sort, un dixième des autres.
Entre accolades : ce que la démonstration a reçu.

| Page | Adresse dans la démonstration | Vue par |
| --- | --- | --- |
{sample}

Sont regardés de même, par un autre test, parce qu’aucune adresse de la démonstration ne les ouvre :

{beside}
"""
WORDS = {
    Result.CONFORMING: "conforme",
    Result.NOT_CONFORMING: "non conforme",
    Result.NOT_APPLICABLE: "non applicable",
    Result.NOT_TRIED: "non essayé",
}
READERS = {
    Reader.VISITOR: "visiteur",
    Reader.CITIZEN: "citoyen",
    Reader.AGENT: "agent",
    Reader.ADMINISTRATOR: "administrateur",
}


def accessibility_page() -> str:
    """The whole page."""
    found = assessment()
    head = HEAD.format(
        reference=found.reference,
        established=found.established,
        updated=found.updated,
        look=LOOK,
        counts="".join(f"| {one} | {words} | {len(found.with_result(one))} |\n" for one, words in WORDS.items()),
        drawn=sum(one.at_random for one in found.sample),
        sample="\n".join(map(_sample_row, found.sample)),
        beside="\n".join(f"- {one.name}. {one.why} `{one.look}`" for one in found.beside),
    )
    return typeset(head + _themes(found))


def _sample_row(page: SamplePage) -> str:
    return (
        f"| {page.name}{' *(tirée au sort)*' if page.at_random else ''} | `{page.address}` | {READERS[page.reader]} |"
    )


def _themes(found: Assessment) -> str:
    text = ""
    for number, theme in enumerate(found.themes, 1):
        text += f"\n## {number}. {theme.name}\n\n| N° | Critère | Résultat | Comment | Remarque |\n| --- | --- | --- | --- | --- |\n"
        text += "".join(map(_row, theme.criteria))
    return text


def _row(one: Criterion) -> str:
    return f"| {one.number} | {_cell(one.title)} | {one.result} | {_how(one)} | {_remark(one)} |\n"


def _how(one: Criterion) -> str:
    ways = [
        ("outil", _named(one.tool)),
        ("arbre", _named(one.tree)),
        ("œil", _cell(one.eye)),
    ]
    return "<br>".join(f"**{way}** : {what}" for way, what in ways if what)


def _named(ones: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ones)


def _remark(one: Criterion) -> str:
    where = f"Pages : {_named(one.pages)}." if one.pages else ""
    return _cell(" ".join(filter(None, (one.defect, one.note, one.instead, where))))


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(accessibility_page(), encoding="utf-8")
