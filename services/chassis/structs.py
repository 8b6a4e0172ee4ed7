"""Frozen records: the one way in which calls, answers, commands and states are declared. Pure."""

from dataclasses import dataclass, field
from typing import dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Struct:
    """Every subclass is a frozen dataclass, made with keyword arguments; it needs no decorator of its own."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
