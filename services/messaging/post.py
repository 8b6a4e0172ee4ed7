"""The sender that a messaging process keeps: one delivery loop with its mail connections, for as long as it lives."""

from nameko.extensions import DependencyProvider

from services.chassis.providers import Configured, Neighbours, Stores
from services.messaging.delivery import Delivery
from services.messaging.mailer import Mailer
