-- Those of 0311 to 0314 took their place.
DROP INDEX silence_due, pieces_due, documents_to_remind_of, appointments_to_remind_of;
