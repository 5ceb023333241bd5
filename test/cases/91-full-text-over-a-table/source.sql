CREATE TABLE "Doc" (id INTEGER PRIMARY KEY, "The Title" TEXT NOT NULL, n INTEGER, body TEXT);
INSERT INTO "Doc" VALUES (1, 'State-of-the-art', 5, 'user@example.com and/or 3.14'), (2, 'Café', 77, NULL);
CREATE VIRTUAL TABLE doc_fts USING fts5("The Title", n, body, content = 'Doc', content_rowid = 'id');
INSERT INTO doc_fts (doc_fts) VALUES ('rebuild');
CREATE TRIGGER doc_ai AFTER INSERT ON "Doc" BEGIN
  INSERT INTO doc_fts (rowid, "The Title", n, body) VALUES (new.id, new."The Title", new.n, new.body);
END;
CREATE TRIGGER doc_ad AFTER DELETE ON "Doc" BEGIN
  INSERT INTO doc_fts (doc_fts, rowid, "The Title", n, body) VALUES ('delete', old.id, old."The Title", old.n, old.body);
END;
