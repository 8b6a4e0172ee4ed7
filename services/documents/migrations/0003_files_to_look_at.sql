-- Uploads that nobody finished, found without reading those that are kept.
CREATE INDEX files_unfinished ON files (created_at) WHERE state <> 'ready';

-- What was kept without a scan, for the scanner that came later.
CREATE INDEX files_unscanned ON files (id) WHERE state = 'ready' AND scan = 'not_scanned';
