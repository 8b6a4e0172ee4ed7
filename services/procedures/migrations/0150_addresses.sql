-- The town's own address file, as it was imported last. An import replaces all of it in one transaction; nothing refers to it.
CREATE TABLE address_file (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    digest      text NOT NULL,
    lines       integer NOT NULL CHECK (lines > 0),
    addresses   integer NOT NULL CHECK (addresses > 0),
    imported_at timestamptz NOT NULL
);

-- A street in one row, with the numbers of its houses (`7`, `7 bis`). `plain` and `city_plain` are words without accents or case;
-- `search` has those of the street, its postcode and, of a name like « Le Clos », a mark (addresses/rules.py).
CREATE TABLE streets (
    postcode   text NOT NULL,
    city_plain text NOT NULL,
    plain      text NOT NULL,
    name       text NOT NULL,
    city       text NOT NULL,
    numbers    text[] NOT NULL,
    search     tsvector NOT NULL,
    PRIMARY KEY (postcode, city_plain, plain)
);
-- Written rarely and all at once: without the list of what is not sorted in yet, which every search would read.
CREATE INDEX streets_search ON streets USING gin (search) WITH (fastupdate = off);
