-- Who of the town added a document, sealed with the key of the request: agents read it of each other.
ALTER TABLE documents ADD COLUMN author bytea;
