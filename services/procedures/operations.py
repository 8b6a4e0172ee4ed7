"""What the operators' commands run of procedures in their own process: the one module that `deploy` imports of this service."""

from services.procedures.addresses.file_import import Import, has_file, import_file, remove_file

__all__ = ["Import", "has_file", "import_file", "remove_file"]
