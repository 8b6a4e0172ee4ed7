CREATE INDEX pieces_to_come ON requests (documents_deadline) WHERE documents_deadline IS NOT NULL AND NOT closed;
