-- When the appointment was agreed or last reminded of, and the day on which missing pieces are to be reminded of.
-- Of appointments that were agreed before, the next reminder is due when an hour of the agenda has come.
ALTER TABLE requests ADD COLUMN appointment_since timestamptz, ADD COLUMN documents_reminder_on date;
UPDATE requests SET documents_reminder_on = documents_deadline - 3 WHERE documents_deadline IS NOT NULL AND NOT closed;

CREATE INDEX appointments_to_remind_of ON requests (agenda, appointment_at) WHERE NOT closed;
CREATE INDEX documents_to_remind_of ON requests (documents_reminder_on) WHERE NOT closed;
