CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT DEFAULT "", state TEXT DEFAULT "new");
CREATE VIEW label AS SELECT 'I-' || item.name AS n FROM item;
INSERT INTO item (id) VALUES (1);
