-- The ends of retention are found procedure by procedure (0006); no statement reads this one.
DROP INDEX retention_due;
