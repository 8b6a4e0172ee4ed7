"""What the operators' commands run of documents in their own process: the one module that `deploy` imports of this service."""

from services.documents.lifetime.verification import Files, verify_files

__all__ = ["Files", "verify_files"]
