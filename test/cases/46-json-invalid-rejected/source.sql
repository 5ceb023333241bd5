CREATE TABLE doc (id INTEGER PRIMARY KEY, j JSON);
INSERT INTO doc VALUES (1, '{"a": 1}'), (2, '{''a'': 1}'), (3, NULL);
