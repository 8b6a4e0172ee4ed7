"""What a form accepts, hides, asks and refuses: the 24 procedures of the demo town."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from services.documents.schemas.pieces import File, FrozenPiece
from services.procedures.schemas.definitions.forms import FieldType, Rule, RuleKind
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.forms import cross_checks as rules, rules as answers
from tests.support import anything, published
from tests.support.filled import ADDRESS, valid_answers, valid_applicant

TODAY = date(2026, 11, 25)
PROCEDURES = {slug: published.procedure(slug) for slug in published.slugs()}


ORDERED = Rule(kind=RuleKind.TIME_ORDER, fields=("debut", "fin"), message="Non.")


def clean(slug: str, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    return answers.clean(PROCEDURES[slug], raw, today=TODAY, applicant={}, member=None)


def procedure(**changes: Any) -> Procedure:
    territory = published.town_territory()
    return published.procedure(
        "acte-naissance", **{"fields": [], "rules": [], "documents": [], "territory": territory, **changes}
    )


def field(kind: str, **keys: Any) -> dict[str, Any]:
    return {"name": "q", "label": "Question", "type": kind, "required": False, **keys}


def one(entry: dict[str, Any], raw: Any) -> tuple[Any, str | None]:
    values, errors = answers.clean(procedure(fields=[entry]), {"q": raw}, today=TODAY, applicant={}, member=None)
    return values.get("q"), errors.get("q")


def test_the_town_has_twenty_four_procedures() -> None:
    assert len(PROCEDURES) == 24


@pytest.mark.parametrize("slug", PROCEDURES)
def test_the_shortest_valid_answers_are_accepted_and_read_back_unchanged(slug: str) -> None:
    raw = valid_answers(PROCEDURES[slug], TODAY)

    assert clean(slug, raw) == (raw, {})


@pytest.mark.parametrize("slug", PROCEDURES)
def test_an_empty_form_names_every_mandatory_field_that_is_shown(slug: str) -> None:
    _, errors = clean(slug, {})

    shown = answers.shown_fields(PROCEDURES[slug], {})
    mandatory = {f.name for f in PROCEDURES[slug].fields if f.required and f.name in shown}
    assert mandatory - {f.slug for f in PROCEDURES[slug].uploads()} <= set(errors)


@pytest.mark.parametrize("slug", PROCEDURES)
@given(data=st.data())
def test_no_input_ever_breaks_a_form(slug: str, data: st.DataObject) -> None:
    raw = data.draw(anything.typed([field.name for field in PROCEDURES[slug].fields]))

    values, errors = clean(slug, raw)
    answers.not_asked(PROCEDURES[slug], raw, values)
    answers.labelled(PROCEDURES[slug], values)

    assert not set(values) & (set(errors) - set(answers.shown_fields(PROCEDURES[slug], values)))


@pytest.mark.parametrize("kind", [kind for kind in FieldType if kind is not FieldType.FILES])
@given(raw=anything.VALUES)
def test_any_answer_is_a_value_or_a_sentence(kind: str, raw: Any) -> None:
    value, error = one(field(kind, choices={"a": "A"}, min="D" if kind == "date" else 1), raw)

    assert value is None or error is None


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    raw = valid_answers(PROCEDURES["signalement-voirie"], TODAY) | {
        "type_probleme": "proprete",
        "numero_candelabre": "PN-42",
    }

    values, errors = clean("signalement-voirie", raw)

    assert "numero_candelabre" not in values
    assert "numero_candelabre" not in errors


def test_a_program_gets_an_error_for_each_surplus_answer() -> None:
    asked = PROCEDURES["signalement-voirie"]
    raw = valid_answers(asked, TODAY) | {"type_probleme": "proprete", "numero_candelabre": "PN-42", "couleur": "x"}
    values, _ = clean("signalement-voirie", raw)

    assert answers.not_asked(asked, raw, values) == {
        "numero_candelabre": "Cette question ne se pose pas pour vos réponses.",
        "couleur": "Cette question ne fait pas partie de la démarche.",
    }
    empty = valid_answers(asked, TODAY) | {"type_probleme": "proprete", "numero_candelabre": ""}
    values, _ = clean("signalement-voirie", empty)
    assert answers.not_asked(asked, empty, values) == {}
    upload = procedure(fields=[field("file-free")])
    assert answers.not_asked(upload, {"q": "photo.jpg"}, {}) == {"q": "Cette question attend un fichier."}


@pytest.mark.parametrize("slug", PROCEDURES)
def test_an_asked_question_is_never_reported_as_not_asked(slug: str) -> None:
    raw = valid_answers(PROCEDURES[slug], TODAY)

    assert answers.not_asked(PROCEDURES[slug], raw, clean(slug, raw)[0]) == {}


def test_a_hidden_field_hides_what_depends_on_it() -> None:
    definition = procedure(
        fields=[
            field("checkbox", name="a"),
            field("choice", name="b", choices={"x": "X"}, shown_when={"field": "a", "equals": True}),
            field("text", name="c", required=True, shown_when={"field": "b", "equals": "x"}),
        ]
    )

    values, errors = answers.clean(definition, {"b": "x", "c": "?"}, today=TODAY, applicant={}, member=None)

    assert (values, errors) == ({}, {})


def test_an_unknown_field_and_a_value_outside_the_choices_are_refused() -> None:
    _, errors = answers.clean(procedure(), {"other": "x"}, today=TODAY, applicant={}, member=None)

    assert errors == {"other": "Cette question ne fait pas partie de la démarche."}
    assert one(field("choice", choices={"a": "A"}), "z") == (None, "Choisissez une réponse de la liste.")
    assert one(field("checkbox", required=True), "false") == (None, "Cochez la case «\u00a0Question\u00a0».")


def test_an_answer_of_another_place_stops_the_birth_record() -> None:
    raw = valid_answers(PROCEDURES["acte-naissance"], TODAY) | {"commune_evenement": "autre_commune"}

    _, errors = clean("acte-naissance", raw)

    assert list(errors) == ["commune_evenement"]
    assert errors["commune_evenement"].startswith("Adressez votre demande à la mairie du lieu de naissance")


def test_nothing_more_is_asked_once_an_answer_has_ended_the_procedure() -> None:
    birth = PROCEDURES["acte-naissance"]
    values, errors = clean("acte-naissance", {"commune_evenement": "etranger"})

    assert list(errors) == ["commune_evenement"]
    assert answers.shown_fields(birth, values) == ["commune_evenement"]
    assert answers.shown_documents(birth, values) == []
    assert answers.not_asked(birth, {"commune_evenement": "etranger", "nombre": 1}, values) == {}


@pytest.mark.parametrize(
    ("raw", "value"), [("1,5", 1.5), ("1.5", 1.5), ("2", 2), ("1 200", 1200), (3, 3), ("0", 0), ("2,0", 2)]
)
def test_a_number_may_be_typed_as_a_person_does(raw: Any, value: float) -> None:
    assert one(field("number"), raw) == (value, None)


@pytest.mark.parametrize("raw", ["nan", "inf", "1e400", "1e1000000", "-1e1000000", "abc", True, ["1"], "--1"])
def test_a_text_other_than_a_number_is_refused(raw: Any) -> None:
    assert one(field("number"), raw)[1] is not None


def test_a_number_stays_within_its_bounds() -> None:
    assert one(field("number", min=0.1, max=2), "2,1") == (None, "Indiquez un nombre d’au plus 2.")


@pytest.mark.parametrize("raw", ["24/11/2026", "2026-11-24"])
def test_a_date_may_be_typed_or_picked(raw: str) -> None:
    assert one(field("date"), raw) == ("2026-11-24", None)


@pytest.mark.parametrize(
    ("bounds", "typed", "sentence"),
    [
        ({}, "31/02/2026", "Indiquez une date qui existe, avec l’année en quatre chiffres, par exemple 24/11/2026."),
        ({"min": "D+15"}, "2026-12-09", "Indiquez une date à partir du 10\u00a0décembre\u00a02026."),
        ({"max": "D-16y"}, "2010-11-26", "Indiquez une date au plus tard le 25\u00a0novembre\u00a02010."),
        ({"max": "D"}, "2027-04-12", "Cette date est dans l’avenir\u00a0: indiquez aujourd’hui ou une date passée."),
        ({"min": "D"}, "2026-04-12", "Cette date est passée\u00a0: indiquez aujourd’hui ou une date à venir."),
    ],
)
def test_a_day_exists_within_bounds_counted_from_the_submission(
    bounds: dict[str, str], typed: str, sentence: str
) -> None:
    assert one(field("date", **bounds), typed) == (None, sentence)


def test_a_pre_application_number_in_lower_case_is_mended() -> None:
    assert one(field("text", pattern="^[A-Z0-9]{10}$"), "demo 000001") == ("DEMO000001", None)


@pytest.mark.parametrize("typed", ["14H30", "14\u00a0h\u00a030", "14\u202fH\u202f30", "14 h  30"])
def test_an_hour_may_be_typed_with_a_capital_and_with_any_space(typed: str) -> None:
    asked = PROCEDURES["location-salle"]
    values, errors = clean("location-salle", valid_answers(asked, TODAY) | {"heure_debut": typed})

    assert errors == {}
    assert "14\u00a0h\u00a030" in [line.value for line in answers.labelled(asked, values) if line.name == "heure_debut"]


@pytest.mark.parametrize(("help_text", "form"), [("Quatorze chiffres.", "indiquée"), (None, "attendue")])
def test_a_wrong_format_is_refused_without_repeating_the_help(help_text: str | None, form: str) -> None:
    sentence = f"Cette réponse n’a pas la forme {form}."
    assert one(field("text", pattern="^[0-9]{14}$", help=help_text), "1234567890123A") == (None, sentence)


@pytest.mark.parametrize(
    ("pattern", "typed", "sentence"),
    [
        ("^[0-9]{14}$", "12", "Il manque 12 caractères\u00a0: il en faut 14."),
        ("^W[0-9]{9}$", "W12345678", "Il manque 1 caractère\u00a0: il en faut 10."),
        ("^[A-Z0-9]{10}$", "DEMO 0000 012", "Il y a 1 caractère de trop\u00a0: il en faut 10."),
    ],
)
def test_a_number_of_a_wrong_length_says_how_many_characters_it_lacks(pattern: str, typed: str, sentence: str) -> None:
    _, error = one(field("text", pattern=pattern, help="Comme sur la carte."), typed)
    assert error is not None
    assert error.replace("\u00a0", " ") == sentence.replace("\u00a0", " ")


IN_PARTS = {f"lieu.{part}": value for part, value in ADDRESS.items()}


def place(raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str], tuple[Any, ...]]:
    """The value, the errors and the lines of a form that asks for an address alone."""
    definition = procedure(fields=[field("address", name="lieu")])
    values, errors = answers.clean(definition, raw, today=TODAY, applicant={}, member=None)
    return values, errors, answers.labelled(definition, values)


@pytest.mark.parametrize("whole", ["x", ["x"], 1, None, {}, {**ADDRESS, "line1": "1 rue Haute"}])
def test_an_address_sent_in_parts_replaces_the_one_before(whole: Any) -> None:
    assert place(IN_PARTS)[:2] == place({"lieu": whole, **IN_PARTS})[:2] == ({"lieu": ADDRESS}, {})


def test_typed_parts_of_an_address_replace_known_ones() -> None:
    known = {"lieu": {**ADDRESS, "line1": "1 rue Haute"}}

    assert place({**known, "lieu.line1": ADDRESS["line1"]})[0] == {"lieu": ADDRESS}
    assert known["lieu"]["line1"] == "1 rue Haute"


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (
            {"line1": " ", "postcode": "ABC"},
            {
                "lieu.line1": "Indiquez le numéro et la voie.",
                "lieu.postcode": "Indiquez un code postal à cinq chiffres.",
            },
        ),
        ({"country": "QQ"}, {"lieu.country": "Choisissez un pays de la liste."}),
    ],
)
def test_each_wrong_line_of_an_address_is_reported_by_itself(parts: dict[str, str], wrong: dict[str, str]) -> None:
    assert place({"lieu": {**ADDRESS, **parts}})[:2] == ({}, wrong)


@pytest.mark.parametrize("postcode", ["SW1A 1AA", ""], ids=["of-its-own-form", "none"])
def test_an_address_abroad_has_whatever_postcode_it_has_and_says_its_country(postcode: str) -> None:
    _, errors, [line] = place({"lieu": {**ADDRESS, "postcode": postcode, "city": "London", "country": "GB"}})

    assert errors == {}
    assert line.value.endswith(f"{postcode} London\nRoyaume-Uni".strip())


def test_broken_rules_of_the_demo_procedures_show_their_own_sentences() -> None:
    raw = {"courriel": "a@courriel.example", "courriel_confirmation": "b@courriel.example"}

    assert clean("changement-courriels", raw)[1]["courriel_confirmation"] == "Les deux adresses ne sont pas identiques."
    assert "Indiquez au moins un numéro à modifier ou à supprimer." in clean("changement-telephones", {})[1].values()
    raw = valid_answers(PROCEDURES["location-salle"], TODAY) | {"salle": "reunion", "participants": 31}
    assert "dépasse la capacité" in clean("location-salle", raw)[1]["participants"]
    raw = valid_answers(PROCEDURES["tranquillite-vacances"], TODAY) | {"depart": "2026-12-01", "retour": "2027-03-04"}
    assert clean("tranquillite-vacances", raw)[1]["retour"] == "L’absence ne peut pas dépasser trois mois."


@pytest.mark.parametrize(
    ("start", "end", "accepted"),
    [
        ("14 h", "14 h 01", True),
        ("9 h", "23h30", True),
        ("20 h", "0 h 30", True),  # the morning after
        ("20 h", "2 h", True),
        ("20 h", "2 h 01", False),
        ("14 h", "9 h", False),
        ("14 h", "14h00", False),
        ("14:00", "18:30", True),
        ("14:00", "9 h", False),
        ("1 h", "1 h", False),
        ("1 h 30", "0 h 30", False),
        ("0 h 30", "1 h 30", True),
    ],
)
def test_a_room_is_let_until_after_the_beginning_past_midnight_until_two(start: str, end: str, accepted: bool) -> None:
    raw = valid_answers(PROCEDURES["location-salle"], TODAY) | {"heure_debut": start, "heure_fin": end}

    sentence = "L’heure de fin doit suivre l’heure de début, ou être au plus tard 2\u00a0h le lendemain."
    assert clean("location-salle", raw)[1] == ({} if accepted else {"heure_fin": sentence.replace("\u00a0", " ")})


def test_without_a_morning_after_an_end_is_on_the_day_itself() -> None:
    rule = {"kind": "time_order", "fields": ["debut", "fin"], "message": "La fin suit le début."}
    entry = procedure(fields=[field("text", name=name) for name in ("debut", "fin")], rules=[rule])

    def errors(**raw: str) -> dict[str, str]:
        return answers.clean(entry, raw, today=TODAY, applicant={}, member=None)[1]

    assert errors(debut="14:00", fin="18:00") == errors(debut="14:00") == errors(fin="14:00") == {}
    assert errors(debut="20:00", fin="00:30") == {"fin": "La fin suit le début."}


@pytest.mark.parametrize("typed", ["14:", "14 : 30", "24:00", "midi"])
def test_a_text_other_than_an_hour_is_not_compared_as_one(typed: str) -> None:
    assert rules.broken([ORDERED], {"debut": typed, "fin": "8 h"}, {}) == {}
    assert rules.broken([ORDERED], {"debut": "14h00", "fin": "8 h"}, {})


@pytest.mark.parametrize(
    ("end", "shown"), [("0 h 30", "0\u00a0h\u00a030 (le lendemain)"), ("23 h 30", "23\u00a0h\u00a030")]
)
def test_an_end_past_midnight_is_read_back_as_the_day_after(end: str, shown: str) -> None:
    of = PROCEDURES["location-salle"]
    lines = answers.labelled(of, valid_answers(of, TODAY) | {"heure_fin": end})

    assert [line.value for line in lines if line.name == "heure_fin"] == [shown]


def test_an_upload_inside_the_form_becomes_a_piece() -> None:
    asked = answers.shown_documents(PROCEDURES["signalement-voirie"], {})

    assert [(piece.slug, piece.max_files) for piece in asked] == [("photo", 3)]


def manifest(piece: str, *names: str) -> list[FrozenPiece]:
    files = tuple(File(id=name, name=name, size=1) for name in names)
    return [FrozenPiece(id=piece, piece=piece, label="", files=files)]


def test_a_piece_is_asked_has_its_formats_and_a_number_of_files() -> None:
    values = {"type_acte": "copie_integrale", "qualite": "interesse"}

    assert answers.check_documents(PROCEDURES["acte-naissance"], values, []) == {
        "piece-identite": "Ajoutez la pièce «\u00a0Pièce d’identité du demandeur\u00a0»."
    }
    given_files = manifest("piece-identite", "a.pdf", "b.pdf", "c.pdf")
    assert answers.check_documents(PROCEDURES["acte-naissance"], values, given_files) == {
        "piece-identite": "Gardez au plus 2 fichiers."
    }
    errors = answers.check_documents(PROCEDURES["acte-naissance"], {}, manifest("mandat", "a.pdf"))
    assert errors == {"mandat": "Cette pièce n’est pas demandée pour vos réponses."}
    errors = answers.check_documents(PROCEDURES["signalement-voirie"], {}, manifest("photo", "plan.pdf"))
    assert errors == {"photo": "Ce format n’est pas accepté. Choisissez un fichier JPG ou PNG."}


def test_known_details_of_applicant_and_member_are_prefilled() -> None:
    applicant = valid_applicant(PROCEDURES["enlevement-encombrants"])

    assert answers.prefilled(PROCEDURES["enlevement-encombrants"], applicant, None) == {"lieu": ADDRESS}
    member = {"given_names": "Lou", "birth_name": "Exemple", "birth_date": "2018-01-22"}
    proposed = answers.prefilled(PROCEDURES["inscription-restauration-periscolaire"], {}, member)
    assert proposed == {"nom_enfant": "Lou Exemple", "naissance_enfant": "2018-01-22"}


def test_answers_are_read_in_words() -> None:
    values = {"type_acte": "copie_integrale", "date_naissance": "2026-01-01", "nombre": 2}

    lines = answers.labelled(PROCEDURES["acte-naissance"], values)

    assert [line.value for line in lines] == ["Copie intégrale", "2", "1er\u00a0janvier\u00a02026"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14h00", "14\u00a0h"), ("14:00", "14\u00a0h"), ("9 h 30", "9\u00a0h\u00a030"), ("08:05", "8\u00a0h\u00a005"),
        ("24:00", "24:00"), ("14:", "14:"), ("14 : 30", "14 : 30"), ("de 14h00 à 18h00", "de 14h00 à 18h00"),
    ],
)  # fmt: skip
def test_an_hour_alone_is_read_in_one_way_however_it_was_typed(typed: str, read: str) -> None:
    (line,) = answers.labelled(PROCEDURES["location-salle"], {"heure_debut": typed})
    assert line.value == read
