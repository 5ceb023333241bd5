CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO doc VALUES (1, 'words');
CREATE VIRTUAL TABLE search USING fts5(body, content='doc', content_rowid='id');
CREATE VIRTUAL TABLE area USING rtree(id, x0, x1);
INSERT INTO area VALUES (1, 1.5, 2.5);
