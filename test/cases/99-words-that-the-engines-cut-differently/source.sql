CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO note VALUES (1, 'नमस्ते दुनिया'), (2, 'Straße Łódź Ελληνικά'), (3, 'foo_bar C++ user@example.com'), (4, 'strasse'), (5, 'plain');
CREATE VIRTUAL TABLE note_fts USING fts5(body, content = 'note', content_rowid = 'id', tokenize = "unicode61 tokenchars '_@.'");
INSERT INTO note_fts (note_fts) VALUES ('rebuild');
