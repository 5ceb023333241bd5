CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE TABLE indexed (doc INTEGER PRIMARY KEY);
INSERT INTO doc VALUES (1, 'first', 'some words');
INSERT INTO indexed VALUES (1);
CREATE VIRTUAL TABLE doc_search USING fts5(title, body, content='doc', content_rowid='id');
INSERT INTO doc_search(doc_search) VALUES ('rebuild');
CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN INSERT INTO doc_search(rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body); END;
CREATE TRIGGER doc_ad AFTER DELETE ON doc BEGIN INSERT INTO doc_search(doc_search, rowid, title, body) VALUES ('delete', OLD.id, OLD.title, OLD.body); END;
CREATE TRIGGER doc_au AFTER UPDATE ON doc BEGIN
  INSERT INTO doc_search(doc_search, rowid, title, body) VALUES ('delete', OLD.id, OLD.title, OLD.body);
  INSERT INTO doc_search(rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);
END;
CREATE TRIGGER doc_noted AFTER INSERT ON doc BEGIN
  INSERT OR IGNORE INTO indexed VALUES (NEW.id);
  INSERT INTO doc_search(doc_search) VALUES ('optimize');
END;
