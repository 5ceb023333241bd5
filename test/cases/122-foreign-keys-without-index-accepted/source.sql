CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, bare INTEGER REFERENCES parent, indexed INTEGER REFERENCES parent, partly INTEGER REFERENCES parent);
CREATE INDEX by_indexed ON child (indexed, id);
CREATE INDEX by_partly ON child (partly) WHERE partly > 0;
CREATE TABLE link (a INTEGER REFERENCES parent, b INTEGER REFERENCES parent, PRIMARY KEY (a, b));
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1, 1, 1, 1), (2, 2, 2, NULL);
INSERT INTO link VALUES (1, 2), (2, 1);
