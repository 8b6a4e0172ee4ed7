-- What 0016 and 0009 left for versions that wrote one table alone, or activated without the address: the one before this one
-- writes both, and takes the address before it activates.
DROP TRIGGER credentials_make_people ON credentials;
DROP TRIGGER credentials_move_people ON credentials;
DROP TRIGGER credentials_end_people ON credentials;
-- squawk-ignore ban-drop-function
DROP FUNCTION people_of_credentials();
DROP TRIGGER accounts_take_pending_address ON accounts;
-- squawk-ignore ban-drop-function
DROP FUNCTION take_pending_address();
