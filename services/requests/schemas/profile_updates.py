"""Declared calls about what a granted request changes in its holder's profile; asked by accounts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class ProfileUpdate(Struct):
    """`values`: by name of the profile (`address`, `mobile_phone` …), as the request was filed with them; `cleared`: the
    names whose present value is given up; `number`: of the request."""

    values: dict[str, Any]
    cleared: tuple[str, ...]
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileUpdateOf(Query[ProfileUpdate]):
    """For services of ours. Refused where the request was erased, or decided no change."""

    request_id: UUID
