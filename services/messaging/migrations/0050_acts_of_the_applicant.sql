-- Whether the applicant's own act owes the mail: such a mail is counted with the receipts of its mailbox.
ALTER TABLE notices ADD COLUMN by_applicant boolean NOT NULL DEFAULT false;
