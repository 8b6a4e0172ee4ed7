-- The mails about one account are found when its holder is erased.
CREATE INDEX notices_of_an_account ON notices (account_id) WHERE account_id IS NOT NULL;
