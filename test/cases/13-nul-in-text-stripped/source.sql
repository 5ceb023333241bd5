CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO note VALUES (1, 'a' || char(0) || 'b'), (2, 'clean'), (3, char(0));
