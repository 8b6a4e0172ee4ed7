"""Declared calls about the members of a citizen's family: listed, added, changed, removed by the holder of the space."""

from uuid import UUID

from services.chassis.contracts import Command, Done, Query, text
from services.chassis.structs import Struct


class MemberAddress(Struct):
    line1: str
    line2: str
    postcode: str
    city: str
    country: str


class Member(Struct):
    """As pages and programs show one. `birth_date`: ISO 8601; `relation_label`: in French; without `address`, the member
    lives with the holder."""

    id: UUID
    full_name: str
    relation: str
    relation_label: str
    birth_name: str
    usage_name: str
    given_names: str
    birth_date: str
    parental_authority: str
    email: str
    mobile_phone: str
    home_phone: str
    work_phone: str
    address: MemberAddress | None = None


class Family(Struct):
    """`most`: how many members one space may have."""

    members: tuple[Member, ...]
    most: int


class ListFamily(Query[Family]):
    """The family of the citizen who asks."""


class DescribedMember(Command[Member]):
    """What is typed of a member. `even_if_there`: also where the space has a member of that name and birth date."""

    relation: str = text(40)
    birth_name: str = text()
    usage_name: str = text()
    given_names: str = text()
    birth_date: str = text(40)
    parental_authority: str = text(40)
    email: str = text(254)
    mobile_phone: str = text(40)
    home_phone: str = text(40)
    work_phone: str = text(40)
    even_if_there: bool = False


class AddFamilyMember(DescribedMember):
    """Refused by field (`account_form`), as `member_twice`, `member_is_holder` or `too_many_members`."""


class ChangeFamilyMember(DescribedMember):
    """The whole member is replaced. Refused as `AddFamilyMember`, and as `family_member_unknown`."""

    member_id: UUID


class RemoveFamilyMember(Command[Done]):
    """Requests that were filed for the member stay as they are. Removed twice, nothing more happens."""

    member_id: UUID
