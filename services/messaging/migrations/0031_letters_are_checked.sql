ALTER TABLE notices VALIDATE CONSTRAINT notices_state_check;
