CREATE TABLE file (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO file VALUES (1, CAST(x'41ff42' AS TEXT)), (2, CAST(x'c080' AS TEXT)), (3, char(65533)), (4, 'plain');
