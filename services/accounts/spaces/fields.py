"""One section of a form or of the town's file, read field by field. Pure."""

from services.townhall import person, postal_address
from services.townhall.person import WrongParts
from services.townhall.person_fields import PersonFields


class Section(PersonFields):
    def typed(self, field: str) -> str:
        """A file may hold a number, or a date."""
        return str(super().typed(field) or "")

    def address(self) -> dict[str, str]:
        typed = {name: self.part("address").typed(name) for name in postal_address.LONGEST}
        try:
            return person.address(typed)
        except WrongParts as wrong:
            self.errors.update(wrong.at("address"))
            return typed
