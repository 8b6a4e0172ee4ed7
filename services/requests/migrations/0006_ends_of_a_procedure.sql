-- The ends of retention are found procedure by procedure, by the day before which each of them lets go.
CREATE INDEX retention_by_procedure ON requests (procedure, version, closed_at) WHERE closed AND NOT erased;
