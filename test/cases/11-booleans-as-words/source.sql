CREATE TABLE flag (id INTEGER PRIMARY KEY, a BOOLEAN DEFAULT 'false', b BOOLEAN DEFAULT 'T', c BOOLEAN);
INSERT INTO flag VALUES (1, 'false', 'T', 'yes'), (2, 'true', 'F', '');
