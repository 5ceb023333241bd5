CREATE TABLE doc (id INTEGER PRIMARY KEY, ok JSON, twice JSON, nul JSON, nan JSON, big JSON);
INSERT INTO doc VALUES (1, '{"a": 1.0}', '{"a":1,"a":2}', '["\u0000"]', '[NaN]', '[1e400]'), (2, '[]', '{}', '[]', '{}', '[-0]');
