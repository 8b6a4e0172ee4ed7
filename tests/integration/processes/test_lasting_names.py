"""Databases that were migrated have the tables, columns, functions and triggers of the record, and no others."""

from tests.structure.lasting import of_databases
from tests.structure.lasting.record import compare, read, release


def test_migrated_databases_have_the_names_of_the_record(database_url: str) -> None:
    found = compare(read(), of_databases.names(database_url), release(), of_databases.KINDS)

    assert not found, f"python -m tests.structure.lasting_names says how to add and to retire:\n{found}"
