CREATE TABLE cache (id INTEGER PRIMARY KEY, data BINARY, loose);
INSERT INTO cache VALUES (1, x'ff', 'text'), (2, x'00', x'fe'), (3, x'', 7);
