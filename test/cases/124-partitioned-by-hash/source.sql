CREATE TABLE collections (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE chunks (id INTEGER PRIMARY KEY AUTOINCREMENT, collection_id INTEGER NOT NULL REFERENCES collections (id), content TEXT, code TEXT UNIQUE);
CREATE INDEX by_content ON chunks (content);
CREATE TABLE notes (id INTEGER PRIMARY KEY, chunk_id INTEGER REFERENCES chunks (id));
INSERT INTO collections VALUES (1, 'a'), (2, 'b'), (3, 'c');
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO chunks SELECT i, i % 3 + 1, 'chunk ' || i, 'c' || i FROM n;
INSERT INTO notes VALUES (1, 7);
DELETE FROM chunks WHERE id = 40;
