-- Until when a reminder is of use, and so the call that an agent makes beside its mail; NULL: what is told stays of use.
ALTER TABLE notices ADD COLUMN of_use_until timestamptz;
