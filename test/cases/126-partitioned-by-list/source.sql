CREATE TABLE events (kind TEXT NOT NULL, id INTEGER NOT NULL, v REAL, PRIMARY KEY (kind, id));
CREATE TABLE uses (id INTEGER PRIMARY KEY, kind TEXT, event INTEGER, FOREIGN KEY (kind, event) REFERENCES events (kind, id));
INSERT INTO events VALUES ('in', 1, 1.5), ('out', 1, 2.5), ('other', 1, NULL), ('it''s', 2, 0);
INSERT INTO uses VALUES (1, 'in', 1), (2, 'it''s', 2);
