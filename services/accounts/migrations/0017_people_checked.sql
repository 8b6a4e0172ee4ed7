-- In a transaction of its own: reads go on while the rows are checked.
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_of_people;
ALTER TABLE log_ins VALIDATE CONSTRAINT log_ins_of_people;
