"""A procedure is found by its own words and by those of its service area."""

from services.procedures.catalogue.search import searchable


def test_the_words_of_the_area_lead_to_its_procedures() -> None:
    definition = {
        "help": "",
        "audience": "Mairie.",
        "title": "Recensement",
        "keywords": ["armée"],
        "summary": "Dans les trois mois.",
        "fields": [],
    }

    found_by = searchable(definition, {"title": "Citoyenneté", "keywords": ["vote"]})

    assert set(found_by.words) == {"recensement", "armee", "citoyennete", "vote"}
