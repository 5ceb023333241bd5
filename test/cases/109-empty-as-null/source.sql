CREATE TABLE person (id INTEGER PRIMARY KEY, born DATE NOT NULL, age INTEGER, mail TEXT UNIQUE, token UUID, note TEXT, tags TEXT, boss INTEGER REFERENCES person (id), CHECK (note <> 'x'));
INSERT INTO person VALUES (1, '2000-01-01', 24, 'a@b', '0188f3a2-5b6c-7d8e-9f00-112233445566', '', '["a"]', ''), (2, '', '', '', '', 'y', '', 1), (3, '2001-01-01', NULL, NULL, NULL, ' ', '', NULL);
