"""documents: what was handed in with a request.

Owns documents (pièces) and their files, the objects that hold them, and the record of who on the staff looked at which.
Publishes DocumentAdded, DocumentReplaced, DocumentRemoved, FileRejected. Hears requests, procedures. A file's name is
sealed with the key of its request; its bytes never travel over the broker.
"""
