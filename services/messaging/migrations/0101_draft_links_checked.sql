-- In a transaction of its own: reads go on while the rows are checked.
ALTER TABLE notices VALIDATE CONSTRAINT notices_about;
