CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);
CREATE TABLE child (code TEXT REFERENCES parent (code));
INSERT INTO parent VALUES (1, 'x'), (2, 'x');
INSERT INTO child VALUES ('x');
