CREATE TABLE resource (id INTEGER PRIMARY KEY, title TEXT NOT NULL, creator TEXT, description TEXT, search_vector TEXT);
INSERT INTO resource VALUES (1, 'Running foxes', 'Ann', 'The quick ones', 'running fox'), (2, 'Other', NULL, NULL, NULL);
CREATE VIRTUAL TABLE resource_fts USING fts5(title, description, content = 'resource', content_rowid = 'id');
INSERT INTO resource_fts (resource_fts) VALUES ('rebuild');
