CREATE INDEX reminders_to_come ON requests (documents_reminder_on) WHERE documents_reminder_on IS NOT NULL AND NOT closed;
