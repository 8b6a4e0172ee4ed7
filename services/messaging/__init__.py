"""messaging: what was said about a request, and what was sent about it.

Owns exchanges (immutable, sealed with their request's key), their read marks, notices (one row a mail to send) and the
sealed proof of every mail that left, but of a link to a draft. Publishes ExchangeAdded, ExchangeRead, EmailSent,
EmailFailed, DraftLinkMailSettled. Hears requests, procedures, documents and accounts. Keeps no address: it asks the owner of an address at the moment of sending.
"""
