CREATE INDEX list_by_number ON requests
    (department, closed, number);
