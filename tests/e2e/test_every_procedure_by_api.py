"""Each of the town's 24 procedures is filed through the API, and its history tells so."""

from pathlib import Path

import pytest
import yaml

from tests.e2e.people import Person

pytestmark = pytest.mark.e2e

PROCEDURES = yaml.safe_load(Path("deploy/demo-town/procedures.yaml").read_text(encoding="utf-8"))["procedures"]
PUBLIC = [p["slug"] for p in PROCEDURES if p["access"] == "public" and p["about"] != "member"]
WITH_ACCOUNT = [p["slug"] for p in PROCEDURES if p["slug"] not in PUBLIC]


def test_all_twenty_four_are_here() -> None:
    assert len(PUBLIC) + len(WITH_ACCOUNT) == 24


@pytest.mark.parametrize("slug", PUBLIC)
def test_a_visitor_files_an_open_procedure(a_visitor: Person, slug: str) -> None:
    receipt = a_visitor.file(slug, email=f"{slug}@courriel.example")

    request = a_visitor.request(receipt["number"])
    assert request["history"][-1]["kind"] in ("operation", "appointment")  # the oldest: its pieces come after it
    assert not request["status"]["closed"]


@pytest.mark.parametrize("slug", WITH_ACCOUNT)
def test_a_citizen_files_a_procedure_that_needs_an_account(camille: Person, slug: str) -> None:
    number = camille.do("POST", "/requests", camille.prepared(slug))["number"]

    assert camille.request(number)["procedure"]["slug"] == slug


@pytest.mark.parametrize("slug", [p["slug"] for p in PROCEDURES if p["access"] == "account"])
def test_a_visitor_may_not_file_what_needs_an_account(a_visitor: Person, slug: str) -> None:
    body = {"procedure": slug, "applicant": {"email": "a@courriel.example"}, "answers": {}}

    assert a_visitor.refused("POST", "/requests", body)["code"] == "account_required"
