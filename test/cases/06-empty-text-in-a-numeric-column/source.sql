CREATE TABLE change (id INTEGER PRIMARY KEY, by_user INT, amount NUMERIC);
INSERT INTO change VALUES (1, '', ''), (2, 5, 1.5);
