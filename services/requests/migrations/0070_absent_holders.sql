-- Accounts that are locked and are to be erased: until their holders return, or the requests leave them, these are followed by
-- tracking links.
CREATE TABLE absent_holders (
    account_id text PRIMARY KEY
);
