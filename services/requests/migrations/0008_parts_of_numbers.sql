-- Each four characters of a number that follow each other, behind its year, with what follows them: any part of it is found.
CREATE TABLE number_parts (
    part text NOT NULL,
    rest text NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (request_id) ON DELETE CASCADE,
    PRIMARY KEY (part, rest, request_id)
);
INSERT INTO number_parts (part, rest, request_id)
SELECT substr(replace(number, '-', ''), start, 4), substr(replace(number, '-', ''), start + 4), request_id
FROM requests CROSS JOIN generate_series(5, 9) AS start;
