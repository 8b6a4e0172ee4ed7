"""The calls about what a draft took over from its owner's profile, once that has changed."""

from dataclasses import field
from uuid import UUID

from services.chassis.contracts import Command, Done, Json, Query
from services.chassis.structs import Struct


class ProfileNews(Struct):
    """The details of the applicant that the profile says otherwise by now, and that no one changed in the draft: what each would
    become, "" where the profile no longer has it. `member`: the same of the member of the family for whom it is made; an address
    of "" is the holder's."""

    applicant: Json = field(default_factory=dict)
    member: Json = field(default_factory=dict)


class ReadProfileNews(Query[ProfileNews]):
    """Of the caller's own draft. Raises DraftNotFound."""

    draft_id: UUID


class TakeProfile(Command[Done]):
    """The draft with these details as the profile has them now; what was typed stays. Raises DraftNotFound."""

    draft_id: UUID
