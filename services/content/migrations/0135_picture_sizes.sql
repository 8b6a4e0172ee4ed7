-- The sizes in which a picture can be had, by the digest of the picture that it was made of: what was given itself (without
-- bytes, which `pictures` has) and narrower ones. An import makes them; without one, a picture is shown as it was given.
CREATE TABLE picture_sizes (
    digest text NOT NULL,
    width  integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    bytes  bytea,
    PRIMARY KEY (digest, width)
);

-- The picture of the town on its front page: one row.
CREATE TABLE home_picture (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    image text NOT NULL,
    alt   text NOT NULL
);
