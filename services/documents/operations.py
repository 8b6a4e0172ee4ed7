"""What the operators' commands run of documents in their own process: the one module that `deploy` imports of this service."""

from services.documents.object_store.verification import Files, verify_files

__all__ = ["Files", "verify_files"]
