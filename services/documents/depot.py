"""What a documents process keeps for as long as it lives: its client of the object store and who works with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.providers import SETTINGS, STORE, Neighbours
from services.documents.erasure import Erasure
from services.documents.intake import Intake
from services.documents.objects import Objects
from services.documents.scan import Scanner


@dataclass(frozen=True, kw_only=True)
class Workshop:
    objects: Objects
    intake: Intake
    erasure: Erasure


class Depot(DependencyProvider):
    neighbours = Neighbours()

    @cached_property
    def workshop(self) -> Workshop:
        settings, store = self.container.config[SETTINGS], self.container.config[STORE]
        objects = Objects(settings)
        return Workshop(
            objects=objects,
            intake=Intake(store, objects, Scanner(settings.clamav)),
            erasure=Erasure(store, objects, self.neighbours.client),
        )

    def get_dependency(self, worker_ctx: Any) -> Workshop:
        return self.workshop
