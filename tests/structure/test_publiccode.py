"""`publiccode.yml` says what its standard (0.7) asks, and what is true of this product."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIRED = (
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "maintenance.contacts",  # of what is maintained by its own people
    "localisation.localisationReady",
    "localisation.availableLanguages",
)
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}


@pytest.mark.parametrize("key", REQUIRED)
def test_each_required_key_is_there(key: str) -> None:
    found: Any = CODE
    for part in key.split("."):
        found = found[part]

    assert found is not None
    assert found != []


def test_values_are_those_of_the_standard() -> None:
    assert CODE["publiccodeYmlVersion"] == "0.7"
    assert CODE["developmentStatus"] in STATUSES
    assert CODE["maintenance"]["type"] == "internal"
    assert all(contact["name"] for contact in CODE["maintenance"]["contacts"])


@pytest.mark.parametrize("language", CODE["description"])
def test_each_description_has_the_lengths_of_the_standard(language: str) -> None:
    said = CODE["description"][language]

    assert 0 < len(said["shortDescription"].strip()) <= 150
    assert 150 <= len(said["longDescription"].strip()) <= 10_000
    assert said["features"]
    assert all(len(feature) <= 100 for feature in said["features"])


def test_the_version_is_the_products() -> None:
    assert CODE["softwareVersion"] == PROJECT["version"]


def test_the_licence_is_the_one_that_the_product_comes_with() -> None:
    assert CODE["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
