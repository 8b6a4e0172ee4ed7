-- Of few requests: those whose silence decides. The index of all that are open had an entry for each one without.
CREATE INDEX silence_to_come ON requests (implicit_on) WHERE implicit_on IS NOT NULL AND NOT implicit_reached AND NOT closed;
