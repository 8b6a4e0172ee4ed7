"""A procedure is found by its own words and by those of its service area."""

from dataclasses import replace

from services.procedures.catalogue.search import searchable
from tests.support import published


def test_the_words_of_the_area_lead_to_its_procedures() -> None:
    definition = published.procedure("location-salle", title="Recensement", keywords=["armée"])
    area = replace(published.town_read().service_areas[0], title="Citoyenneté", keywords=("vote",))

    assert set(searchable(definition, area).words) == {"recensement", "armee", "citoyennete", "vote"}
