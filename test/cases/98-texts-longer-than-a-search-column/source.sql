CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
INSERT INTO doc SELECT 1, 'Long', group_concat(printf('word%06d', i), ' ') FROM n;
INSERT INTO doc VALUES (2, 'Short', 'a few words'), (3, NULL, NULL);
CREATE VIRTUAL TABLE doc_fts USING fts5(title, body, content = 'doc', content_rowid = 'id');
INSERT INTO doc_fts (doc_fts) VALUES ('rebuild');
