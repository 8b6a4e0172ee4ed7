"""The stream that partners read."""

from gateway.api.schemas.common import Told, string


class Stream(Told):
    stream = string(metadata={"description": "Aussi dans l’en-tête `parvis-stream` de chaque message de ce flux."})
    since = string(metadata={"description": "Depuis quand le flux a cette identité."})
