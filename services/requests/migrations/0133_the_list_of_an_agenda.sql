-- A list that is narrowed to agendas, or to a place, open or closed: where few requests are of them, they are found by this, sorted
-- and counted; where many are, the order of the list comes upon them.
CREATE INDEX list_of_agenda ON requests (department, closed, agenda, submitted_at) WHERE agenda IS NOT NULL;
