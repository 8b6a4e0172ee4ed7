"""documents: what was handed in with a request, and what people keep in their storage space.

Owns documents (pièces) and their files, the objects that hold them, and the record of who on the staff looked at which.
Publishes DocumentAdded, DocumentReplaced, DocumentRelabelled, DocumentRemoved, FileRejected,
StoredFileRejected. Hears requests, procedures, accounts. A file's name is sealed with the key of its owner, a request or a space; its bytes never travel over the broker.
"""
