CREATE TABLE doc (id INTEGER PRIMARY KEY, a JSON, b JSON, c TEXT);
INSERT INTO doc VALUES (1, '{"x":1}', '[1]', '{"y":2}');
