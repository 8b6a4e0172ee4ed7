"""The object store's clock, for processes whose own was moved by `--at` (deploy/local/other_clock.py).

The store is linked without the machine's library and keeps the machine's time; it refuses what was signed more than a
quarter of an hour before or after. minio therefore signs with the machine's time, and tells in ours when an object was
written. Python loads this by its name, from the PYTHONPATH that goes with the moved clock; minio is changed as it is
loaded, for no process may load it before its sockets are patched.
"""

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

AHEAD = timedelta(seconds=int(os.environ.get("FAKETIME", "0")))
CHANGED = "minio.time"


class Changed(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        now, of_list, of_header = module.utcnow, module.from_iso8601utc, module.from_http_header
        module.utcnow = lambda: now() - AHEAD
        module.from_iso8601utc = lambda value: None if value is None else of_list(value) + AHEAD
        module.from_http_header = lambda value: of_header(value) + AHEAD


class Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname == CHANGED else None
        if spec and spec.origin:
            spec.loader = Changed(fullname, spec.origin)
        return spec


sys.meta_path.insert(0, Finder())
