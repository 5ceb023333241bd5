CREATE TABLE a (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIEW both AS SELECT id, title FROM a UNION ALL SELECT id + 1000, title FROM b;
CREATE VIRTUAL TABLE of_two USING fts5(title, body, content = '');
CREATE VIRTUAL TABLE of_a_view USING fts5(title, content = 'both', content_rowid = 'id');
CREATE VIRTUAL TABLE computed USING fts5(title, tags, content = '');
CREATE TRIGGER fill AFTER INSERT ON a BEGIN
  INSERT INTO computed (rowid, title, tags) VALUES (new.id, new.title, (SELECT group_concat(body) FROM b));
END;
INSERT INTO a VALUES (1, 'x', 'y');
