"""A receipt says what was filed, as long as it is kept; what it proves needs neither a name nor the data."""

from dataclasses import replace
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Invalid
from services.requests.access import rows as journal
from services.requests.following import use_cases as following
from services.requests.receipts import receipt_codes, rules, views
from services.requests.receipts.receipt_codes import CodeNotOurs, CodeOfAnotherTown
from services.requests.request import events as e
from services.requests.retention import use_cases as retention
from services.requests.schemas.receipts import CheckReceipt, ReadReceipt, SealReceiptFile
from services.requests.schemas.refusals import RequestErased, RequestNotFound
from services.townhall.typography import NBSP
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, NOW, VISITOR, Desk
from tests.integration.requests.test_erasing import ARCHIVIST, approval, closed, drawn
from tests.integration.requests.test_following import hall

TOWN, NUMBER = "saint-aubin-sur-orne", "2026-7K4M-93QX"
ROAD, CONFIDENTIAL = "signalement-voirie", "acte-naissance"
NEW_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def read(desk: Desk, filed: dict[str, Any], actor: Actor = CAMILLE) -> Any:
    return desk.see(actor, views.read_receipt, ReadReceipt(number=filed["number"]))


def checked(desk: Desk, code: str, **file: str) -> Any:
    return desk.see(VISITOR, views.check_receipt, CheckReceipt(code=code, **file))


def sealed(desk: Desk, filed: dict[str, Any], digest: str, actor: Actor = CAMILLE) -> str:
    asked = SealReceiptFile(number=filed["number"], code=read(desk, filed, actor).code, digest=digest)
    return desk.see(actor, views.seal_receipt_file, asked).seal


def made_with(key: bytes, town: str = TOWN) -> str:
    """A code of nothing that was filed."""
    return receipt_codes.mint(key, town=town, number=NUMBER, submitted_at=NOW, files=0, text="")


# --- what it prints


def test_a_receipt_has_name_answers_files_and_the_sentences_of_the_acknowledgement(desk: Desk) -> None:
    receipt = read(desk, hall(desk))

    assert receipt.holder
    assert {line.label for part in receipt.applicant for line in part.lines} >= {"Courriel"}
    assert receipt.answers
    assert [(one.name, one.sha256) for one in receipt.files] == [("piece.pdf", "0")]
    said = " ".join(receipt.mentions).replace(NBSP, " ")
    assert f"porte le numéro {receipt.number}" in said
    assert "votre demande sera réputée refusée" in said
    assert "par un recours gracieux adressé à la mairie" in said
    assert "Service chargé du dossier" in said
    assert "{{" not in said


def test_no_secret_link_is_on_a_receipt(desk: Desk) -> None:
    filed = desk.file(ROAD)
    receipt = read(desk, filed, desk.holder(filed))

    assert f"/demande/{filed['number']}" in " ".join(receipt.mentions)
    assert filed["tracking_token"] not in str(receipt)


def test_a_receipt_says_what_was_filed_whatever_came_since(desk: Desk) -> None:
    filed = hall(desk)
    before = read(desk, filed)
    desk.do(CAMILLE, following.cancel, filed["number"], desk.version(filed))

    assert read(desk, filed) == before
    assert before.appointment is not None


def test_only_who_sees_the_request_reads_its_receipt_and_a_look_is_recorded(desk: Desk) -> None:
    filed = hall(desk)
    for actor in (ALIX, VISITOR, replace(AGENT, departments=("urbanisme",))):
        with pytest.raises(RequestNotFound):
            read(desk, filed, actor)
        with pytest.raises(RequestNotFound):
            code = read(desk, filed).code
            desk.see(
                actor, views.seal_receipt_file, SealReceiptFile(number=filed["number"], code=code, digest="0" * 64)
            )
    read(desk, filed, AGENT)

    assert [look.what for look in desk.run(journal.of_request, filed["request_id"], 10)] == ["tracking"]


# --- what a code proves


def test_a_code_proves_number_minute_files_and_procedure_and_names_nobody(desk: Desk) -> None:
    filed = hall(desk)
    receipt = read(desk, filed)
    proof = checked(desk, receipt.code.lower().replace("-", " "))

    assert (proof.number, proof.files, proof.procedure_title) == (filed["number"], 1, receipt.procedure_title)
    assert proof.submitted_at == receipt.submitted_at.replace(second=0, microsecond=0)
    assert (proof.kept, proof.agrees, proof.unchanged) == (True, True, None)
    assert receipt.holder not in str(proof)


def test_of_a_confidential_procedure_no_more_is_said_than_of_an_unknown_request(desk: Desk) -> None:
    filed = desk.file(CONFIDENTIAL)
    [key] = receipt_codes.keys("", desk.settings.signing_key)
    known = checked(desk, read(desk, filed, desk.holder(filed)).code)
    unknown = checked(desk, made_with(key))

    same = {"number": unknown.number, "submitted_at": unknown.submitted_at, "files": unknown.files}
    assert replace(known, **same) == unknown
    assert (known.procedure_title, known.kept, known.agrees) == (None, False, None)


def test_a_code_and_a_file_prove_themselves_once_the_data_are_erased(desk: Desk) -> None:
    filed, digest = closed(desk), "a" * 64
    code, seal = read(desk, filed).code, sealed(desk, filed, digest)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk)))
    assert retention.erase_approved(desk.store) == 1
    proof = checked(desk, code, digest=digest, seal=seal)

    assert (proof.number, proof.kept, proof.agrees, proof.unchanged) == (filed["number"], False, None, True)
    with pytest.raises((RequestErased, RequestNotFound)):
        read(desk, filed)
    with pytest.raises(RequestErased):
        read(desk, filed, AGENT)


def test_a_signature_is_right_although_nothing_is_known_of_the_request(desk: Desk) -> None:
    [key] = receipt_codes.keys("", desk.settings.signing_key)
    proof = checked(desk, made_with(key))

    assert (proof.number, proof.kept, proof.procedure_title) == (NUMBER, False, None)


def test_data_that_say_something_else_than_the_receipt_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = desk.file(ROAD, CAMILLE)
    code = read(desk, filed).code
    true_text = rules.sealed_text
    monkeypatch.setattr(rules, "sealed_text", lambda submitted: true_text(submitted).replace("camille", "alix") + " ")

    assert checked(desk, code).agrees is False


# --- what is refused


def test_a_forged_receipt_and_one_of_another_town_are_refused_with_a_sentence(desk: Desk) -> None:
    for code, refusal in (
        (made_with(bytes(32)), CodeNotOurs),
        (made_with(bytes(32), town="ailleurs"), CodeOfAnotherTown),
    ):
        with pytest.raises(refusal) as refused:
            checked(desk, code)
        assert refused.value.fields["code"] == refusal.message


@pytest.mark.parametrize("typed", ["2026-7K4M-93QX", "x" * 44, "U" * 44])
def test_a_mistyped_code_is_refused_with_a_sentence(desk: Desk, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(desk, typed)
    assert refused.value.fields["code"]


# --- the file


def test_a_file_is_unchanged_only_with_its_own_text_and_seal(desk: Desk) -> None:
    filed, digest, other = hall(desk), "a" * 64, "b" * 64
    code, seal = read(desk, filed).code, sealed(desk, filed, digest)

    assert checked(desk, code, digest=digest, seal=seal).unchanged is True
    assert checked(desk, code, digest=other, seal=seal).unchanged is False
    assert checked(desk, code, digest=digest, seal=other).unchanged is False


def test_no_file_is_sealed_with_the_code_of_another_request(desk: Desk) -> None:
    mine, other = desk.file(ROAD, CAMILLE), desk.file(ROAD, CAMILLE)
    asked = SealReceiptFile(number=mine["number"], code=read(desk, other).code, digest="a" * 64)

    with pytest.raises(CodeNotOurs):
        desk.see(CAMILLE, views.seal_receipt_file, asked)


# --- keys, and the sealed text


def test_an_old_receipt_verifies_after_the_key_was_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = desk.file(ROAD, CAMILLE)
    old = read(desk, filed).code
    monkeypatch.setattr(desk.store, "settings", replace(desk.settings, receipt_keys=NEW_KEY))
    new = read(desk, filed).code

    assert new != old
    assert [checked(desk, one).agrees for one in (old, new)] == [True, True]
    monkeypatch.undo()
    with pytest.raises(CodeNotOurs):
        checked(desk, new)


def test_the_sealed_text_has_each_value_and_stays_when_the_request_goes_on(desk: Desk) -> None:
    filed = hall(desk)
    submitted = desk.history(filed)[0].event
    assert isinstance(submitted, e.RequestSubmitted)
    text = rules.sealed_text(submitted)

    assert text.startswith('recepisse 1\n{"aimed_at":')
    assert f'"number":"{filed["number"]}"' in text
    assert '"files":[["' in text
    desk.do(CAMILLE, following.cancel, filed["number"], desk.version(filed))
    assert text == rules.sealed_text(desk.history(filed)[0].event)
    assert checked(desk, read(desk, filed).code).agrees is True


@pytest.mark.parametrize("name", ["applicant", "answers", "manifest", "submitted_at", "implicit_decision"])
def test_the_seal_depends_on_what_was_filed(desk: Desk, name: str) -> None:
    submitted = desk.history(hall(desk))[0].event
    other = submitted.submitted_at.replace(year=2020) if name == "submitted_at" else None

    assert rules.sealed_text(replace(submitted, **{name: other})) != rules.sealed_text(submitted)
