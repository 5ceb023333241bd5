CREATE TABLE device (id INTEGER PRIMARY KEY, keys TEXT, raw TEXT);
INSERT INTO device VALUES (1, CAST('{"a":1}' AS BLOB), x'ff00'), (2, '{}', 'text');
