CREATE INDEX appointments_to_come ON requests (agenda, appointment_at) WHERE appointment_at IS NOT NULL AND NOT closed;
