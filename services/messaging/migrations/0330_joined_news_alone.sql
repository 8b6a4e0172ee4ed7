-- `joined_news` alone says who joined. The release before still writes the column `joined`, which goes with the next one, but reads only the table.
DROP TRIGGER notices_mirror_joined ON notices;
-- Only that trigger called it.
-- squawk-ignore ban-drop-function
DROP FUNCTION mirror_joined();
