-- Whether the erasure that the applicant asked for waits for an answer ('asked'), or how it was answered.
ALTER TABLE requests ADD COLUMN erasure text CHECK (erasure IN ('asked', 'accepted', 'refused'));
UPDATE requests r SET erasure = 'asked' WHERE EXISTS (
    SELECT FROM events e WHERE e.stream = 'request-' || r.request_id AND e.type = 'ErasureRequested'
);
CREATE INDEX erasures_to_answer ON requests (department, submitted_at, request_id) WHERE erasure = 'asked' AND NOT erased;
