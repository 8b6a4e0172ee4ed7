"""A procedure as it is offered: its definition, its agenda and the town, as procedures published them. Pure."""

from dataclasses import dataclass
from typing import Any

Definition = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Current:
    """A procedure as it is offered now, with its agenda (None without appointments) and the town."""

    definition: Definition
    withdrawn: bool
    agenda: Definition | None
    town: Definition
