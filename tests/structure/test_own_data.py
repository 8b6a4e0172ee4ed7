"""The archive of one's data is whole: every service has its part in it, or says why it has none."""

from services.chassis.service_list import service_names
from services.documents.archives.archive_parts import WITHOUT, PersonParts


def test_every_service_has_its_part_of_the_archive_or_says_why_it_has_none() -> None:
    with_part = set(PersonParts.__annotations__)

    assert with_part | set(WITHOUT) == set(service_names())
    assert not with_part & set(WITHOUT)
    assert all(WITHOUT.values())
