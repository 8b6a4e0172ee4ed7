-- The release before neither writes nor reads it: `joined_news` says who joined.
-- squawk-ignore ban-drop-column
ALTER TABLE notices DROP COLUMN joined;
