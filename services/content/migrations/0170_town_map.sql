-- The tiles of the town's map, numbered as maps on the web are (x to the east, y to the south), of the map that is shown and of one
-- whose import is under way. A map is named by what it is made of.
CREATE TABLE map_tiles (
    map   text NOT NULL,
    zoom  smallint NOT NULL,
    x     integer NOT NULL,
    y     integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (map, zoom, x, y)
);

-- The map that is shown: one row.
CREATE TABLE town_map (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    map         text NOT NULL,
    type        text NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
    min_zoom    smallint NOT NULL,
    max_zoom    smallint NOT NULL,
    attribution text NOT NULL
);
