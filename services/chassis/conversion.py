"""The converter of dataclasses to JSON values and back: one for stored events, declared calls and sealed records. Pure."""

from uuid import UUID

from cattrs.preconf.orjson import make_converter

converter = make_converter()
converter.register_structure_hook(UUID, lambda value, _: value if isinstance(value, UUID) else UUID(value))
converter.register_unstructure_hook(UUID, str)
