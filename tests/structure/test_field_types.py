"""A field type that a town may write is one that the services can read, and the other way round."""

from services.procedures.files.procedures_file import FIELD_TYPES
from services.requests.forms.fields import READERS

FILES = {"file-free"}
"""Answered by files, which documents examines, in place of a value."""


def test_each_field_type_has_a_reader_or_is_answered_by_files() -> None:
    assert set(FIELD_TYPES) == set(READERS) | FILES
