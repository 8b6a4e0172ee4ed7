"""All modules of the product, imported: afterwards the registries and classes hold all that there is."""

from importlib import import_module

from tests.structure.lasting.record import ROOT


def import_everything() -> None:
    """But those that begin a process, or patch it."""
    for folder in ("services", "gateway"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if path.name != "__main__.py" and path.stem != "patched" and "run" not in path.stem:
                import_module(module)
